import { Counter, Gauge } from 'prom-client';

export const messagesReturned = new Counter({
  name: 'eventfleet_rabbitmq_returned_messages_total',
  help: 'Messages that were published and that no queue was bound for',
  labelNames: ['exchange'],
});

export const messagesHandled = new Counter({
  name: 'eventfleet_rabbitmq_handled_messages_total',
  help: 'Messages of a queue that a handler has decided on, and that are settled: ack, retry, dead-letter',
  labelNames: ['queue', 'outcome'],
});

export const messagesInFlight = new Gauge({
  name: 'eventfleet_rabbitmq_in_flight_messages',
  help: 'Messages of a queue that are being handled by this process',
  labelNames: ['queue'],
});

export const consumerActive = new Gauge({
  name: 'eventfleet_rabbitmq_consumer_active',
  help: '1 while this process consumes from the queue',
  labelNames: ['queue'],
});

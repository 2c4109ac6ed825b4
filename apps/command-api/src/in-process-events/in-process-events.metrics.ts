import { Counter } from 'prom-client';

export const listenerFailures = new Counter({
  name: 'eventfleet_listener_failures_total',
  help: 'Events that a listener in this process failed for: it threw, or took too long',
  labelNames: ['listener', 'reason'],
});

export const deliveriesDropped = new Counter({
  name: 'eventfleet_listener_drops_total',
  help: 'Events that a listener in this process never got, because too much was waiting',
  labelNames: ['listener'],
});

import { Counter } from 'prom-client';

export const deadLetters = new Counter({
  name: 'eventfleet_kafka_dead_letters_total',
  help: 'Records that a group could not handle, acknowledged by its dead letter topic.',
  labelNames: ['group', 'topic'],
});

import { Counter, Gauge } from 'prom-client';

export const consumerLag = new Gauge({
  name: 'eventfleet_kafka_consumer_lag_records',
  help: 'Records of a partition that are not handled yet: its end less the offset that the group goes on from.',
  labelNames: ['group', 'topic', 'partition'],
});

export const messagesConsumed = new Counter({
  name: 'eventfleet_kafka_consumed_records_total',
  help: 'Records that a group has handled.',
  labelNames: ['group', 'topic'],
});

export const handlerFailures = new Counter({
  name: 'eventfleet_kafka_handler_failures_total',
  help: 'Batches that failed, every attempt counted.',
  labelNames: ['group', 'topic'],
});

export const partitionsStopped = new Gauge({
  name: 'eventfleet_kafka_stopped_partitions',
  help: 'Partitions whose last batch failed: they wait for another attempt.',
  labelNames: ['group'],
});

export const rebalances = new Counter({
  name: 'eventfleet_kafka_rebalances_total',
  help: 'Times that this process joined its group or was given other partitions.',
  labelNames: ['group'],
});

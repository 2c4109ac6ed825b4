import { Counter } from 'prom-client';

export const foreignEvents = new Counter({
  name: 'eventfleet_projection_foreign_events_total',
  help: 'Records that were set aside in the dead letter topic because the event store has no such event',
  labelNames: ['projection'],
});

export const refoldedAggregates = new Counter({
  name: 'eventfleet_projection_refolded_aggregates_total',
  help: 'Aggregates whose rows were not what the event store says, by whether they could be folded again from it',
  labelNames: ['projection', 'outcome'],
});

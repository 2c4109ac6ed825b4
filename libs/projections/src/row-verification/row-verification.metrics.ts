import { Counter, Gauge } from 'prom-client';

export const verifiedAggregates = new Counter({
  name: 'eventfleet_projection_verified_aggregates_total',
  help: 'Aggregates whose rows were compared with the event store',
  labelNames: ['projection'],
});

export const differences = new Counter({
  name: 'eventfleet_projection_differences_total',
  help: 'Aggregates and counters that were not what the event store says, by what was wrong',
  labelNames: ['projection', 'kind'],
});

export const unverifiableAggregates = new Counter({
  name: 'eventfleet_projection_unverifiable_aggregates_total',
  help: 'Aggregates that could not be compared, because their events cannot be folded',
  labelNames: ['projection'],
});

export const passAggregates = new Gauge({
  name: 'eventfleet_projection_verification_pass_aggregates',
  help: 'Aggregates that were compared in the pass that is under way, and in the last one',
  labelNames: ['projection', 'pass'],
});

export const passSeconds = new Gauge({
  name: 'eventfleet_projection_verification_pass_seconds',
  help: 'How long the last pass over all aggregates took',
  labelNames: ['projection'],
});

export const passTimestamp = new Gauge({
  name: 'eventfleet_projection_verification_pass_timestamp_seconds',
  help: 'When the last pass over all aggregates ended',
  labelNames: ['projection'],
});

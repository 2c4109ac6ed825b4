import { tracedHistogram } from '@eventfleet/observability';
import { Counter, Histogram } from 'prom-client';

export const eventsApplied = new Counter({
  name: 'eventfleet_projection_events_applied_total',
  help: 'Events whose effect was committed',
  labelNames: ['projection'],
});

export const eventsRepeated = new Counter({
  name: 'eventfleet_projection_events_repeated_total',
  help: 'Events that were dropped because their version was applied before',
  labelNames: ['projection'],
});

export const checkpointConflicts = new Counter({
  name: 'eventfleet_projection_checkpoint_conflicts_total',
  help: 'Batches that did not start at the checkpoint: ahead of it (nothing written), or behind (their start dropped)',
  labelNames: ['projection', 'kind'],
});

export const batchDuration = tracedHistogram({
  name: 'eventfleet_projection_batch_duration_seconds',
  help: 'Time to apply one batch, from its first read to its commit',
  labelNames: ['projection'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
});

export const batchSize = new Histogram({
  name: 'eventfleet_projection_batch_size_events',
  help: 'Events applied by one transaction',
  labelNames: ['projection'],
  buckets: [1, 4, 16, 64, 256, 1_024],
});

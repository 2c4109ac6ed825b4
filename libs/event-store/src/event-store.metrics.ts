import { tracedHistogram } from '@eventfleet/observability';
import { Counter, Gauge, Histogram } from 'prom-client';

export const appendBatchSize = new Histogram({
  name: 'eventfleet_append_batch_size_commands',
  help: 'Commands that shared one append transaction',
  buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
});

export const appendDuration = tracedHistogram({
  name: 'eventfleet_append_duration_seconds',
  help: 'Time of one append transaction, to its durable commit',
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
});

export const appendConflicts = new Counter({
  name: 'eventfleet_append_conflicts_total',
  help: 'Append transactions refused because of another writer, and decided again',
});

export const appendsInDoubt = new Counter({
  name: 'eventfleet_appends_in_doubt_total',
  help: 'Append transactions whose connection broke before the answer',
});

export const snapshotsWritten = new Counter({
  name: 'eventfleet_snapshots_written_total',
  help: 'Snapshots of aggregates that were written',
});

export const snapshotsFailed = new Counter({
  name: 'eventfleet_snapshots_failed_total',
  help: 'Snapshots that could not be written; loads take longer, and nothing else',
});

export const snapshotsBuilt = new Counter({
  name: 'eventfleet_snapshots_built_total',
  help: 'Snapshots that were missing in the history of a stream, and were made from its events',
});

export const commandsWaiting = new Gauge({
  name: 'eventfleet_append_queue_commands',
  help: 'Commands that wait for the append under way to end',
});

export const commandsShed = new Counter({
  name: 'eventfleet_commands_shed_total',
  help: 'Commands that were refused because too many others waited, or too many events for their publication',
});

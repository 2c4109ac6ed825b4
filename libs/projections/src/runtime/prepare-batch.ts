import { withArrayTexts, type Statement } from '@eventfleet/postgres';
import type { MessageBatch } from '@eventfleet/kafka';
import type pg from 'pg';
import type { RecordToPark } from '../parking/park-records.js';
import { ProjectionError } from '../projection.errors.js';
import { isReading, type RunnableProjection } from '../projection.js';
import { summaryOf, type AppliedSummary } from './batch-report.js';
import { classifyRecords, type ClassifiedRecords, type KeyStates } from './classify-records.js';
import { contributionsOf } from './contributions.js';
import type { DecodedRecord } from './decode-record.js';
import { saveVersions } from './projection-statements.js';

/**
 * What a transaction still has to write of a batch. It holds no events: events that live until the answer arrives
 * outlive young collections, and cost more to collect than they cost to decode.
 */
export interface BatchWrites {
  readonly nextOffset: bigint;
  readonly statements: readonly Statement[];
  readonly applied: AppliedSummary;
  readonly parked: readonly RecordToPark[];
}

/** Not every record of a batch is the next event of its key in the event store, or was the last one. */
export class DoubtfulBatch extends Error {}

/** Folds the next events of a batch, and parks what waits behind a parked event. */
export async function prepareWhole(
  client: pg.ClientBase,
  projection: RunnableProjection,
  batch: MessageBatch,
  { events, applied, behind }: ClassifiedRecords,
): Promise<BatchWrites> {
  const statements: Statement[] = [];
  if (events.length > 0) {
    // Nothing is awaited if the projection reads nothing.
    const folded = isReading(projection)
      ? await projection.readAndPrepare(client, events, batch.partition)
      : projection.prepare({ events, partition: batch.partition });
    statements.push(...folded, saveVersions(projection.name, applied, contributionsOf(projection, events)));
  }
  return {
    nextOffset: batch.lastOffset + 1n,
    statements: statements.map(withArrayTexts),
    applied: summaryOf(events),
    parked: behind,
  };
}

/** @throws DoubtfulBatch where classification would throw, or where an applied version came again */
export function classifyOrDoubt(
  projection: string,
  decoded: readonly DecodedRecord[],
  keys: KeyStates,
): ClassifiedRecords {
  let classified: ClassifiedRecords;
  try {
    classified = classifyRecords(projection, decoded, keys);
  } catch (error) {
    throw error instanceof ProjectionError ? new DoubtfulBatch() : error;
  }
  if (classified.isDoubtful) throw new DoubtfulBatch();
  return classified;
}

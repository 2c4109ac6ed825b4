import type pg from 'pg';
import type { Logger } from 'pino';
import type { MessageBatch } from '@eventfleet/kafka';
import { pipeline, withArrayTexts } from '@eventfleet/postgres';
import type { KeyStates } from './classify-records.js';
import { LogTruncation } from './log-truncation.js';
import { checkpointConflicts } from './projection.metrics.js';
import {
  lockCheckpoint,
  readCheckpoint,
  readVersions,
  type CheckpointRow,
  type VersionRow,
} from './projection-statements.js';
import { aggregatesOf } from './record-key.js';

/** A transaction that holds a partition's checkpoint, and what it has read. */
export interface LockedCheckpoint {
  /** The first offset that is not applied yet. */
  readonly nextOffset: bigint;
  /** Whether the batch has records at that offset or above; if not, the transaction is over. */
  readonly isDue: boolean;
  readonly keys: KeyStates;
}

/**
 * Begins the transaction of a batch: locks the checkpoint and reads the stored state of the batch's keys, in one round
 * trip. A batch that starts above the checkpoint, or ends below it, is not due.
 */
export class CheckpointLock {
  private readonly truncation = new LogTruncation();

  constructor(private readonly logger: Logger) {}

  /** The caller commits, or rolls back after an error. A batch that is not due is rolled back here. */
  async lock(client: pg.ClientBase, projection: string, batch: MessageBatch): Promise<LockedCheckpoint> {
    const [, checkpoint, versions] = await pipeline(client, [
      'begin',
      lockCheckpoint({ projection, topic: batch.topic, partition: batch.partition }),
      withArrayTexts(readVersions(projection, aggregatesOf(batch))),
    ]);
    const keys = toKeyStates((versions?.rows ?? []) as VersionRow[]);
    const saved = savedOffset(checkpoint?.rows[0] as CheckpointRow | undefined, batch);
    const nextOffset = this.startOffset(projection, batch, saved);
    const isDue = batch.firstOffset <= nextOffset && nextOffset <= batch.lastOffset;
    if (!isDue) await client.query('rollback');
    return { nextOffset, isDue, keys };
  }

  /** The checkpoint without its lock: does not wait for whoever holds it. */
  async read(pool: pg.Pool, projection: string, batch: MessageBatch): Promise<bigint> {
    const { topic, partition } = batch;
    const { text, values } = readCheckpoint({ projection, topic, partition });
    const { rows } = await pool.query<CheckpointRow>(text, values);
    return savedOffset(rows[0], batch);
  }

  private startOffset(projection: string, batch: MessageBatch, saved: bigint): bigint {
    // Offsets below the checkpoint may then hold other events than those applied: their versions decide.
    const isTruncated = this.truncation.isCertain(projection, batch, saved);
    const next = isTruncated ? batch.firstOffset : saved;
    if (isTruncated || batch.firstOffset !== next) this.reportConflict(projection, batch, saved);
    return next;
  }

  private reportConflict(projection: string, batch: MessageBatch, checkpoint: bigint): void {
    const kind = batch.firstOffset > checkpoint ? 'ahead' : 'behind';
    checkpointConflicts.inc({ projection, kind });
    const offsets = { first: String(batch.firstOffset), checkpoint: String(checkpoint) };
    this.logger.warn(
      { projection, partition: batch.partition, kind, ...offsets },
      'batch not at the checkpoint, the consumer goes on from the checkpoint: nothing to do',
    );
  }
}

export function toKeyStates(rows: readonly VersionRow[]): KeyStates {
  const keys: KeyStates = { applied: new Map(), parked: new Set() };
  for (const { aggregate_id: id, version, event_id: eventId, parked } of rows) {
    keys.applied.set(id, { version, eventId });
    if (parked) keys.parked.add(id);
  }
  return keys;
}

/** A checkpoint of another topic or cluster does not count: the projection starts over, and versions drop repeats. */
export function savedOffset(row: CheckpointRow | undefined, { identity }: MessageBatch): bigint {
  if (!row) return 0n;
  const isSame = row.cluster_id === identity.clusterId && row.topic_id === identity.topicId;
  return isSame ? BigInt(row.next_offset) : 0n;
}

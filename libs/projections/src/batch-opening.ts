import type pg from 'pg';
import type { Logger } from 'pino';
import type { MessageBatch } from '@eventfleet/kafka';
import { pipeline, withArrayTexts } from '@eventfleet/postgres';
import { LogTruncation } from './log-truncation.js';
import { checkpointConflicts } from './projection.metrics.js';
import {
  lockCheckpoint,
  readCheckpoint,
  readVersions,
  type CheckpointRow,
  type VersionRow,
} from './projection-statements.js';
import { AGGREGATE_ID_BYTES, isAggregateId } from './record-key.js';
import type { KnownKeys } from './select-records.js';

/** A transaction that holds a partition's checkpoint, and where the batch stands to it. */
export interface OpenedBatch {
  /** Where the batch counts from. */
  readonly next: bigint;
  /** Whether anything of the batch is to be done; if not, the transaction is over. */
  readonly isDue: boolean;
  readonly known: KnownKeys;
}

/**
 * Begins the transaction of a batch: locks the checkpoint and reads what is known of the batch's keys, in one round
 * trip. A batch that starts above the checkpoint, or ends below it, is not due.
 */
export class BatchOpening {
  private readonly truncation = new LogTruncation();

  constructor(private readonly logger: Logger) {}

  async open(client: pg.ClientBase, projection: string, batch: MessageBatch): Promise<OpenedBatch> {
    const [, checkpoint, versions] = await pipeline(client, [
      'begin',
      lockCheckpoint({ projection, topic: batch.topic, partition: batch.partition }),
      withArrayTexts(readVersions(projection, aggregatesOf(batch))),
    ]);
    const known = toKnownKeys((versions?.rows ?? []) as VersionRow[]);
    const saved = nextOffset(checkpoint?.rows[0] as CheckpointRow | undefined, batch);
    const next = this.place(projection, batch, saved);
    const isDue = batch.firstOffset <= next && next <= batch.lastOffset;
    if (!isDue) await client.query('rollback');
    return { next, isDue, known };
  }

  /** Where the checkpoint stands, without waiting for whoever holds it. */
  async peek(pool: pg.Pool, projection: string, batch: MessageBatch): Promise<bigint> {
    const { topic, partition } = batch;
    const { text, values } = readCheckpoint({ projection, topic, partition });
    const { rows } = await pool.query<CheckpointRow>(text, values);
    return nextOffset(rows[0], batch);
  }

  private place(projection: string, batch: MessageBatch, saved: bigint): bigint {
    // What lies below the checkpoint then may be other events than those applied: the versions decide.
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
      'batch not at the checkpoint',
    );
  }
}

/** By the records' keys, so that nothing has to be decoded before the checkpoint tells what of it counts. */
function aggregatesOf({ messages }: MessageBatch): string[] {
  const keys = new Set<string>();
  for (const { key } of messages) if (key?.length === AGGREGATE_ID_BYTES) keys.add(key.toString('utf8'));
  return [...keys].filter(isAggregateId);
}

function toKnownKeys(rows: readonly VersionRow[]): KnownKeys {
  const known: KnownKeys = { versions: new Map(), parked: new Set() };
  for (const { aggregate_id: id, version, parked } of rows) {
    known.versions.set(id, version);
    if (parked) known.parked.add(id);
  }
  return known;
}

/** A checkpoint of another topic or cluster says nothing about this one: it starts over, and versions drop repeats. */
function nextOffset(row: CheckpointRow | undefined, { identity }: MessageBatch): bigint {
  if (!row) return 0n;
  const isSame = row.cluster_id === identity.clusterId && row.topic_id === identity.topicId;
  return isSame ? BigInt(row.next_offset) : 0n;
}

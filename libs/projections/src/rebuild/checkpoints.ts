import { isSameTopic, type TopicIdentity } from '@eventfleet/kafka';
import type pg from 'pg';
import type { CheckpointRow } from '../runtime/projection-statements.js';

/** The next offset of each partition. */
export type Offsets = ReadonlyMap<number, bigint>;

export interface CheckpointsOf {
  readonly projection: string;
  readonly topic: string;
  /** The topic as it is now: a checkpoint of another one counts as 0, as it does for the projector. */
  readonly identity: TopicIdentity;
}

/** Where a generation is in every partition of a topic. A partition without a checkpoint is at 0. */
export async function readOffsets(
  client: pg.Pool | pg.ClientBase,
  schema: string,
  { projection, topic, identity }: CheckpointsOf,
): Promise<Offsets> {
  const { rows } = await (client as pg.ClientBase).query<CheckpointRow & { partition: number }>(
    `select partition, next_offset, cluster_id, topic_id from ${schema}.projection_checkpoints
     where projection = $1 and topic = $2`,
    [projection, topic],
  );
  const saved = new Map(rows.map((row) => [row.partition, toOffset(row, identity)]));
  return new Map(
    Array.from({ length: identity.partitions }, (_, partition) => [partition, saved.get(partition) ?? 0n]),
  );
}

export function toOffset(row: CheckpointRow | undefined, identity: TopicIdentity): bigint {
  if (!row) return 0n;
  const isSame = isSameTopic({ ...identity, clusterId: row.cluster_id, topicId: row.topic_id }, identity);
  return isSame ? BigInt(row.next_offset) : 0n;
}

/** How many records lie between, over all partitions in which `from` is below `to`. */
export function recordsBetween(from: Offsets, to: Offsets): bigint {
  let sum = 0n;
  for (const [partition, end] of to) {
    const start = from.get(partition) ?? 0n;
    if (start < end) sum += end - start;
  }
  return sum;
}

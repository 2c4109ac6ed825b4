import type pg from 'pg';
import { headerText } from '@eventfleet/contracts';
import { readParkedEvents, readParkedKeys, type ParkedKeySummary } from '../parking/read-parked.js';

/** How far a projection is in one partition, for operators. */
export interface PartitionCheckpoint {
  readonly projection: string;
  /** The full name. */
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
  readonly clusterId: string;
  readonly topicId: string;
  readonly updatedAt: Date;
}

/** What a projection has applied of one aggregate. */
export interface AppliedVersion {
  readonly projection: string;
  readonly aggregateId: string;
  readonly version: number;
  readonly isParked: boolean;
}

/** The parked events of an aggregate. */
export interface ParkedAggregate extends ParkedKeySummary {
  /** Of the first one; undefined if it does not say. */
  readonly firstVersion: number | undefined;
}

/** The checkpoints of these partitions, of every projection. */
export async function readPartitionCheckpoints(
  pool: pg.Pool,
  partitions: readonly { readonly topic: string; readonly partition: number }[],
): Promise<PartitionCheckpoint[]> {
  const { rows } = await pool.query<Omit<PartitionCheckpoint, 'nextOffset'> & { next_offset: string }>(
    `select projection, topic, partition, next_offset, cluster_id as "clusterId", topic_id as "topicId",
            updated_at as "updatedAt"
     from projection_checkpoints join unnest($1::text[], $2::integer[]) as wanted (topic, partition)
       using (topic, partition) order by projection, topic, partition`,
    [partitions.map(({ topic }) => topic), partitions.map(({ partition }) => partition)],
  );
  return rows.map(({ next_offset: next, ...row }) => ({ ...row, nextOffset: BigInt(next) }));
}

/** What these projections have applied; one that has applied nothing of an aggregate is left out. */
export async function readAppliedVersions(
  pool: pg.Pool,
  projections: readonly string[],
  aggregateIds: readonly string[],
): Promise<AppliedVersion[]> {
  const { rows } = await pool.query<AppliedVersion>(
    `select projection, aggregate_id as "aggregateId", version, parked as "isParked"
     from projection_versions where projection = any($1::text[]) and aggregate_id = any($2::uuid[])
     order by projection`,
    [projections, aggregateIds],
  );
  return rows;
}

/** What is parked of an aggregate, an entry a projection. */
export async function readParkedAggregate(pool: pg.Pool, key: string): Promise<ParkedAggregate[]> {
  const found: ParkedAggregate[] = [];
  for (const summary of await readParkedKeys(pool, { key })) {
    const { projection } = summary;
    const [first] = await readParkedEvents(pool, { projection, key }, 1);
    const version = Number(headerText(first?.record.headers?.['ce_aggregateversion']));
    found.push({ ...summary, firstVersion: Number.isSafeInteger(version) ? version : undefined });
  }
  return found;
}

import type pg from 'pg';
import type { PartitionOfProjection } from '../runtime/projection-statements.js';
import type { ParkedKey } from './process-parked-chunk.js';

const MOST_KEYS = 100;

/**
 * Keys of these partitions with a marked event. If there are many it returns some of them at random, so that keys that
 * fail again and again do not hold up the others.
 */
export async function readMarkedKeys(
  pool: pg.Pool,
  partitions: readonly PartitionOfProjection[],
): Promise<ParkedKey[]> {
  if (partitions.length === 0) return [];
  const result = await pool.query<ParkedKey>({
    name: 'read-marked-keys',
    text: `select projection, topic, partition, key from parked_events
           join unnest($1::text[], $2::text[], $3::integer[]) as assigned (projection, topic, partition)
             using (projection, topic, partition)
           where mark is not null
           order by random() limit $4`,
    values: [
      partitions.map(({ projection }) => projection),
      partitions.map(({ topic }) => topic),
      partitions.map(({ partition }) => partition),
      MOST_KEYS,
    ],
  });
  return result.rows;
}

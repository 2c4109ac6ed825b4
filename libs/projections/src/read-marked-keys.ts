import type pg from 'pg';
import type { PartitionOfProjection } from './projection-statements.js';
import type { ParkedKey } from './parked-chunk.js';

const MOST_KEYS = 100;

/**
 * Keys with something to do, of these partitions; some of them where they are many, in no order, so that keys that
 * cannot go on do not keep the others from their turn.
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

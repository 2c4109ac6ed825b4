import type pg from 'pg';
import type { ParkingMark } from './parked-record.js';
import type { ParkedFilter } from './read-parked.js';

/**
 * Marks the first parked event of each key that matches, and does nothing else: the process that consumes its partition
 * acts on the mark. A later mark replaces an earlier one.
 * @returns how many keys were marked
 */
export async function markParked(
  pool: pg.Pool | pg.ClientBase,
  mark: ParkingMark,
  filter: ParkedFilter,
): Promise<number> {
  const result = await pool.query(
    `update parked_events set mark = $3
     where (projection, key, sequence) in (
       select projection, key, min(sequence) from parked_events
       where ($1::text is null or projection = $1) and ($2::text is null or key = $2)
       group by projection, key)`,
    [filter.projection, filter.key, mark],
  );
  return result.rowCount ?? 0;
}

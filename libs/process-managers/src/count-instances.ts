import type pg from 'pg';

const COUNT_LIMIT = 1_000_000;

/** Instances that have not ended, by process manager; of all together at most a million are counted. */
export function countInstances(pool: pg.Pool): Promise<ReadonlyMap<string, number>> {
  return count(pool, 'instances where state is not null');
}

/** Timers that are due, by process manager; at most a million are counted. */
export function countDue(pool: pg.Pool): Promise<ReadonlyMap<string, number>> {
  return count(pool, 'timers where due_at <= clock_timestamp()');
}

async function count(pool: pg.Pool, what: string): Promise<ReadonlyMap<string, number>> {
  const result = await pool.query<{ name: string; count: number }>(
    `select process_manager as name, count(*)::integer as count
     from (select process_manager from ${what} limit ${COUNT_LIMIT}) as counted group by process_manager`,
  );
  return new Map(result.rows.map(({ name, count }) => [name, count]));
}

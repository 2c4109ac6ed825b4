import type pg from 'pg';

interface Plan {
  readonly Plan: { readonly 'Plan Rows': number };
}

/** About how many events there are of an aggregate type, as Postgres's planner has it: no row is read. */
export async function estimateEvents(pool: pg.Pool, aggregateType: string): Promise<number> {
  const { rows } = await pool.query<{ 'QUERY PLAN': readonly Plan[] }>(
    `explain (format json) select from events where aggregate_type = $1`,
    [aggregateType],
  );
  return rows[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
}

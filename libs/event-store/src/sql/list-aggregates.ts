import type pg from 'pg';

export interface AggregatesQuery {
  readonly aggregateType: string;
  /** The id behind which to go on; undefined to begin. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** The ids of the aggregates that have events, in their order. */
export async function listAggregates(
  pool: pg.Pool,
  { aggregateType, after, limit }: AggregatesQuery,
): Promise<string[]> {
  const behind = after === undefined ? '' : 'and aggregate_id > $3';
  const result = await pool.query<{ id: string }>({
    // Without a name: a plan that was kept since the table was small would read all of it.
    text: `select distinct aggregate_id as id from events where aggregate_type = $1 ${behind}
           order by aggregate_id limit $2`,
    values: [aggregateType, limit, ...(after === undefined ? [] : [after])],
  });
  return result.rows.map(({ id }) => id);
}

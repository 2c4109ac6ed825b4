import type pg from 'pg';

export interface AggregatesQuery {
  readonly aggregateType: string;
  /** The id behind which to go on; undefined to begin. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** The ids of the aggregates that have events, in their order. Costs a look into the index for each. */
export async function listAggregates(
  store: pg.Pool | pg.ClientBase,
  { aggregateType, after, limit }: AggregatesQuery,
): Promise<string[]> {
  const behind = after === undefined ? '' : 'and aggregate_id > $3';
  const result = await store.query<{ id: string }>({
    // A look for the next one at a time: for `distinct`, Postgres reads and sorts all of a table without statistics.
    text: `with recursive ids (id) as (
             (select aggregate_id from events where aggregate_type = $1 ${behind} order by aggregate_id limit 1)
             union all
             select next.aggregate_id from ids, lateral (
               select aggregate_id from events where aggregate_type = $1 and aggregate_id > ids.id
               order by aggregate_id limit 1) as next)
           select id from ids limit $2`,
    values: [aggregateType, limit, ...(after === undefined ? [] : [after])],
  });
  return result.rows.map(({ id }) => id);
}

import type pg from 'pg';
import type { StreamId } from './read-stream.js';

/**
 * The version that a stream had at an instant: its event had occurred by then, and the next one had not. 0 if none had.
 * Found by halving, so it costs 31 looks into the index, however long the stream is. If the clocks of writers disagreed,
 * more than one version may answer that; which one it is does not change by later events.
 * @param time epoch milliseconds
 */
export async function findVersionAt(
  pool: pg.Pool,
  { aggregateType, aggregateId }: StreamId,
  time: number,
): Promise<number> {
  const result = await pool.query<{ version: number }>({
    // Without a name: a plan that was kept since the table was small would read all of it.
    text: `
      with recursive search (step, version) as (
        select 1 << 30, 0
        union all
        select step >> 1, case when exists (
          select from events where aggregate_type = $1 and aggregate_id = $2
            and events.version = search.version + step and occurred_at <= to_timestamp($3::double precision / 1000))
          then version + step else version end
        from search where step > 0)
      select version from search where step = 0`,
    values: [aggregateType, aggregateId, time],
  });
  return result.rows[0]?.version ?? 0;
}

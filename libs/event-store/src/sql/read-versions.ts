import { withArrayTexts } from '@eventfleet/postgres';
import type pg from 'pg';

/** The version of each of these aggregates; one without events is left out. */
export async function readVersions(
  pool: pg.Pool,
  aggregateType: string,
  aggregateIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const result = await pool.query<{ id: string; version: number }>(
    withArrayTexts({
      text: `select wanted.id, newest.version from unnest($2::uuid[]) as wanted (id)
             cross join lateral (
               select version from events where aggregate_type = $1 and aggregate_id = wanted.id
               order by version desc limit 1) as newest`,
      values: [aggregateType, aggregateIds],
    }),
  );
  return new Map(result.rows.map(({ id, version }) => [id, version]));
}

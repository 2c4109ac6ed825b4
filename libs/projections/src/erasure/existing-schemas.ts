import type pg from 'pg';
import type { FoldingProjection } from '../projection.js';
import { LIVE_SCHEMA, schemaOf } from '../rebuild/generation.js';

/** The schemas of all generations of a projection that there are, the live one first. */
export async function existingSchemas(
  pool: pg.Pool,
  { name }: FoldingProjection,
): Promise<readonly string[]> {
  const schemas = [LIVE_SCHEMA, schemaOf(name, 'new'), schemaOf(name, 'previous')];
  const { rows } = await pool.query<{ schema: string }>(
    `select schema from unnest($1::text[]) as wanted (schema)
     where to_regclass(schema || '.parked_events') is not null`,
    [schemas],
  );
  return rows.map(({ schema }) => schema);
}

import type pg from 'pg';
import { RebuildError } from './rebuild.errors.js';

/**
 * The live partition of `projection_versions` that holds the versions of a projection.
 * @throws RebuildError `no-partition` if they are in the default one
 */
export async function findVersionsPartition(pool: pg.Pool, projection: string): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_inherits join pg_class on pg_class.oid = inhrelid
     where inhparent = 'public.projection_versions'::regclass
       and pg_get_expr(relpartbound, pg_class.oid) = format('FOR VALUES IN (%L)', $1::text)`,
    [projection],
  );
  if (rows[0]) return rows[0].name;
  throw new RebuildError(
    'no-partition',
    `projection_versions has no partition for ${projection}: add it in a migration, by addVersionsPartition`,
  );
}

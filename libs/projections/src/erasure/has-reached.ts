import type pg from 'pg';
import { readVersions, type VersionRow } from '../runtime/projection-statements.js';

/**
 * Whether a projection or a process manager has applied the events of an aggregate up to a version. Parked events count as
 * reached: an operator has to act on them.
 */
export async function hasReached(
  pool: pg.Pool,
  projection: string,
  { aggregateId, version }: { readonly aggregateId: string; readonly version: number },
): Promise<boolean> {
  const { rows } = await pool.query<VersionRow>(readVersions(projection, [aggregateId]));
  const applied = rows[0];
  return (applied?.parked ?? false) || (applied?.version ?? 0) >= version;
}

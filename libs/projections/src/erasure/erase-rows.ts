import type pg from 'pg';
import type { FoldingProjection } from '../projection.js';
import { existingSchemas } from './existing-schemas.js';
import { hasReached } from './has-reached.js';

/** What is shown of an aggregate, in the live generation and those beside it. */
export interface ErasedRows {
  readonly rows: number;
  /** Of its events that are parked: they are encrypted, and stay. */
  readonly parked: number;
}

/**
 * Deletes the row of an aggregate that is erased, in every generation. It does nothing if the events have come so far:
 * the deletion of the aggregate has deleted it. It is for a row whose later events are parked, and for generations that
 * nobody keeps up to date.
 * @param pool of the read store
 * @param version the aggregate's last one
 * @returns undefined as long as the live projection has to apply events of the aggregate; call it again then
 */
export async function eraseRows(
  pool: pg.Pool,
  projection: FoldingProjection,
  { aggregateId, version }: { readonly aggregateId: string; readonly version: number },
): Promise<ErasedRows | undefined> {
  if (!(await hasReached(pool, projection.name, { aggregateId, version }))) return undefined;
  let erased = 0;
  let parked = 0;
  for (const schema of await existingSchemas(pool, projection)) {
    if (projection.copied) {
      const { name, columns } = projection.copied;
      const result = await pool.query(`delete from ${schema}.${name} where ${columns[0]} = $1`, [
        aggregateId,
      ]);
      erased += result.rowCount ?? 0;
    }
    parked += await countParked(pool, schema, projection.name, aggregateId);
  }
  return { rows: erased, parked };
}

async function countParked(pool: pg.Pool, schema: string, projection: string, key: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::integer as count from ${schema}.parked_events where projection = $1 and key = $2`,
    [projection, key],
  );
  return rows[0]?.count ?? 0;
}

import type { Claim } from '@eventfleet/domain';
import type pg from 'pg';
import type { HeldClaim } from './append-batch.js';

/** Reads who holds each of these claims; a free claim has no row. */
export async function readClaims(pool: pg.Pool, claims: readonly Claim[]): Promise<HeldClaim[]> {
  const result = await pool.query<{ scope: string; key: string; aggregate_id: string }>({
    name: 'read-claims',
    text: `select scope, key, aggregate_id
           from claims join unnest($1::text[], $2::text[]) as wanted (scope, key) using (scope, key)`,
    values: [claims.map((claim) => claim.scope), claims.map((claim) => claim.key)],
  });
  return result.rows.map((row) => ({ scope: row.scope, key: row.key, aggregateId: row.aggregate_id }));
}

import type pg from 'pg';
import type { IdempotencyAnswer, IdempotencyKey } from './append-batch.js';

/** Reads the stored answers of many idempotency keys in one query; a key that was never used has none. */
export async function readIdempotencyAnswers(
  pool: pg.Pool,
  keys: readonly IdempotencyKey[],
): Promise<IdempotencyAnswer[]> {
  const result = await pool.query<IdempotencyAnswer>({
    name: 'read-idempotency-answers',
    text: `select scope, key, fingerprint, answer::text as answer
           from idempotency.answers join unnest($1::text[], $2::text[]) as wanted (scope, key) using (scope, key)`,
    values: [keys.map((key) => key.scope), keys.map((key) => key.key)],
  });
  return result.rows;
}

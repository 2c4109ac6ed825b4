import type pg from 'pg';
import type { StoredAnswer } from './append-batch.js';

export interface IdempotencyKey {
  readonly scope: string;
  readonly key: string;
}

/** Reads the stored answers of many idempotency keys in one query. */
export async function readAnswers(pool: pg.Pool, keys: readonly IdempotencyKey[]): Promise<StoredAnswer[]> {
  const result = await pool.query<StoredAnswer>({
    name: 'read-answers',
    text: `select scope, key, fingerprint, answer::text as answer
           from idempotency.answers join unnest($1::text[], $2::text[]) as wanted (scope, key) using (scope, key)`,
    values: [keys.map((key) => key.scope), keys.map((key) => key.key)],
  });
  return result.rows;
}

import type pg from 'pg';

export interface IdempotencyAnswersToPurge {
  /** As in `Idempotency`. */
  readonly scope: string;
  readonly olderThanHours: number;
  readonly limit: number;
}

/** Deletes up to `limit` idempotency answers of a scope that are older than the given age. Returns how many went. */
export async function purgeIdempotencyAnswers(
  pool: pg.Pool,
  { scope, olderThanHours, limit }: IdempotencyAnswersToPurge,
): Promise<number> {
  const result = await pool.query(
    `delete from idempotency.answers where ctid = any (array(
       select ctid from idempotency.answers
       where scope = $1 and answered_at < now() - make_interval(hours => $2) limit $3))`,
    [scope, olderThanHours, limit],
  );
  return result.rowCount ?? 0;
}

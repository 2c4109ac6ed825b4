import type pg from 'pg';

/** Deletes up to `limit` idempotency answers older than the given age. Returns how many went. */
export async function purgeAnswers(pool: pg.Pool, olderThanHours: number, limit: number): Promise<number> {
  const result = await pool.query(
    `delete from idempotency.answers where ctid = any (array(
       select ctid from idempotency.answers where answered_at < now() - make_interval(hours => $1) limit $2))`,
    [olderThanHours, limit],
  );
  return result.rowCount ?? 0;
}

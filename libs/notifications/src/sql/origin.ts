import type pg from 'pg';

/**
 * Says that mails are due from now on: events that were stored before this first call get none. Idempotent. Events
 * that are being stored at that very moment may fall on either side.
 * @returns whether it was the first call
 */
export async function markOrigin(pool: pg.Pool): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into notifier.origin (global_position)
     values (coalesce(pg_sequence_last_value(pg_get_serial_sequence('events', 'global_position')::regclass), 0))
     on conflict do nothing`,
  );
  return rowCount === 1;
}

/** The last position before mails were due; undefined if they never were. */
export async function readOrigin(pool: pg.Pool): Promise<bigint | undefined> {
  const { rows } = await pool.query<{ global_position: string }>(
    `select global_position from notifier.origin`,
  );
  return rows[0] && BigInt(rows[0].global_position);
}

import type pg from 'pg';

/**
 * Deletes up to `limit` commands that are published and older than the given age. Returns how many.
 * @param pool of the event store: the relay's checkpoint is there
 */
export async function purgeOutbox(
  pool: pg.Pool,
  relay: string,
  olderThanDays: number,
  limit: number,
): Promise<number> {
  const result = await pool.query(
    `delete from process_managers.outbox where event_id = any (array(
       select event_id from process_managers.outbox as sent join relay_checkpoints as checkpoint
         on (sent.transaction_id, sent.global_position) <= (checkpoint.transaction_id, checkpoint.global_position)
       where relay = $1 and occurred_at < now() - make_interval(days => $2)
       order by sent.transaction_id, sent.global_position limit $3))`,
    [relay, olderThanDays, limit],
  );
  return result.rowCount ?? 0;
}

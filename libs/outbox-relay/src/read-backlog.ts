import type pg from 'pg';

const COUNT_LIMIT = 1_000_000;
const UNPUBLISHED = `from relay_checkpoints as checkpoint join events
  on (events.transaction_id, events.global_position) > (checkpoint.transaction_id, checkpoint.global_position)
  where relay = $1`;

/** Events that are stored and not yet published, counted up to 1,000,000. 0 before the relay ever ran. */
export async function countBacklog(pool: pg.Pool, relay: string): Promise<number> {
  const result = await pool.query<{ events: number }>(
    `select count(*)::integer as events from (select ${UNPUBLISHED} limit ${COUNT_LIMIT}) as unpublished`,
    [relay],
  );
  return result.rows[0]?.events ?? 0;
}

/** Seconds since the oldest unpublished event was decided; 0 without a backlog. */
export async function backlogAge(pool: pg.Pool, relay: string): Promise<number> {
  const result = await pool.query<{ age_seconds: number }>(
    `select extract(epoch from clock_timestamp() - occurred_at)::float8 as age_seconds ${UNPUBLISHED}
     order by events.transaction_id, events.global_position limit 1`,
    [relay],
  );
  return result.rows[0]?.age_seconds ?? 0;
}

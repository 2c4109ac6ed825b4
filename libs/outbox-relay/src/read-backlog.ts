import type pg from 'pg';
import { tableOf } from './relay-table.js';

const COUNT_LIMIT = 1_000_000;
const unpublishedBy = (
  relay: string,
) => `from relay_checkpoints as checkpoint join ${tableOf(relay)} as events
  on (events.transaction_id, events.global_position) > (checkpoint.transaction_id, checkpoint.global_position)
  where relay = $1`;

/** Events that are stored and not yet published, counted up to `limit`. 0 before the relay ever ran. */
export async function countBacklog(pool: pg.Pool, relay: string, limit = COUNT_LIMIT): Promise<number> {
  const result = await pool.query<{ events: number }>(
    `select count(*)::integer as events from (select ${unpublishedBy(relay)} limit $2) as unpublished`,
    [relay, limit],
  );
  return result.rows[0]?.events ?? 0;
}

/**
 * Estimates how many events are stored and not yet published, by two index look-ups however many there are: the distance
 * of positions from the last one published to the newest. Appends that rolled back used up positions too, so it is
 * rather too high; it is too low by the appends under way at most.
 */
export async function estimateBacklog(pool: pg.Pool, relay: string): Promise<number> {
  const result = await pool.query<{ events: number }>(
    `select (newest.global_position - checkpoint.global_position)::float8 as events
     from relay_checkpoints as checkpoint, lateral (
       select global_position from ${tableOf(relay)} as events order by transaction_id desc, events.global_position desc limit 1) as newest
     where relay = $1`,
    [relay],
  );
  return result.rows[0]?.events ?? 0;
}

/** Seconds since the oldest unpublished event was decided; 0 without a backlog. */
export async function backlogAge(pool: pg.Pool, relay: string): Promise<number> {
  const result = await pool.query<{ age_seconds: number }>(
    `select extract(epoch from clock_timestamp() - occurred_at)::float8 as age_seconds ${unpublishedBy(relay)}
     order by events.transaction_id, events.global_position limit 1`,
    [relay],
  );
  return result.rows[0]?.age_seconds ?? 0;
}

import type pg from 'pg';
import type { NewEvent } from './append-batch.js';

/**
 * Whether exactly this event is in the store. A batch commits as one, so one of its events tells for all:
 * this is how an append of unknown outcome (its connection broke) is found out.
 */
export async function wasAppended(pool: pg.Pool, event: NewEvent): Promise<boolean> {
  const result = await pool.query({
    name: 'was-appended',
    text: `select 1 from events where aggregate_type = $1 and aggregate_id = $2 and version = $3 and event_id = $4`,
    values: [event.aggregateType, event.aggregateId, event.version, event.eventId],
  });
  return result.rowCount === 1;
}

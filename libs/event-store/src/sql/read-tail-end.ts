import type pg from 'pg';
import { TAIL_BEGIN, type TailMark } from './tail-mark.js';

interface Row {
  readonly system_identifier: string;
  readonly transaction_id: string;
  readonly global_position: string;
  readonly event_id: string;
}

/** The mark of the last event that `readTail` would return now; `TAIL_BEGIN` if there is none. */
export async function readTailEnd(pool: pg.Pool): Promise<TailMark> {
  const { rows } = await pool.query<Row>({
    name: 'read-tail-end',
    text: `select system_identifier::text, transaction_id, global_position, event_id
           from pg_control_system(), (
             select * from events where transaction_id < pg_snapshot_xmin(pg_current_snapshot())
             order by events.transaction_id desc, events.global_position desc limit 1) as last`,
  });
  const row = rows[0];
  if (!row) return TAIL_BEGIN;
  const { system_identifier: systemIdentifier, event_id: eventId } = row;
  return {
    systemIdentifier,
    eventId,
    transactionId: row.transaction_id,
    globalPosition: row.global_position,
  };
}

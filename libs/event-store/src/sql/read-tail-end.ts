import type pg from 'pg';
import { TAIL_START, type TailPosition } from './read-tail.js';

/** The position of the last event that `readTail` would return now. */
export async function readTailEnd(pool: pg.Pool): Promise<TailPosition> {
  const { rows } = await pool.query<{ transaction_id: string; global_position: string }>({
    name: 'read-tail-end',
    text: `select transaction_id, global_position from events
           where transaction_id < pg_snapshot_xmin(pg_current_snapshot())
           order by events.transaction_id desc, events.global_position desc limit 1`,
  });
  const row = rows[0];
  return row ? { transactionId: row.transaction_id, globalPosition: row.global_position } : TAIL_START;
}

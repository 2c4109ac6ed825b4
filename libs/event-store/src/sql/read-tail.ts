import type pg from 'pg';
import type { RecordedEvent } from '@eventfleet/contracts';
import { EVENT_COLUMNS, toRecordedEvent, type EventRow } from './event-row.js';
import type { TailTable } from './tail-table.js';

/** A place in the store's one true order: transactions by their id, events within by position. Both decimal. */
export interface TailPosition {
  readonly transactionId: string;
  readonly globalPosition: string;
}

export interface TailEvent {
  readonly position: TailPosition;
  readonly event: RecordedEvent;
}

export const TAIL_START: TailPosition = { transactionId: '0', globalPosition: '0' };

export function comparePositions(a: TailPosition, b: TailPosition): number {
  return (
    compareDecimals(a.transactionId, b.transactionId) || compareDecimals(a.globalPosition, b.globalPosition)
  );
}

/**
 * Reads on from `after`, gap-safe: only transactions older than every one that is still running, so that no
 * event can appear behind a position that was already read. Per aggregate the order is the version order.
 */
export async function readTail(
  pool: pg.Pool,
  after: TailPosition,
  limit: number,
  table: TailTable = 'events',
): Promise<TailEvent[]> {
  const result = await pool.query<EventRow>({
    name: `read-tail of ${table}`,
    text: `select ${EVENT_COLUMNS} from ${table} as events
           where (transaction_id, global_position) > ($1::xid8, $2::bigint)
             and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
           order by events.transaction_id, events.global_position
           limit $3`,
    values: [after.transactionId, after.globalPosition, limit],
  });
  return result.rows.map((row) => ({
    position: { transactionId: row.transaction_id, globalPosition: row.global_position },
    event: toRecordedEvent(row),
  }));
}

function compareDecimals(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

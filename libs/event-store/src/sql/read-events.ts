import type { RecordedEvent } from '@eventfleet/contracts';
import type pg from 'pg';
import { EVENT_COLUMNS, toRecordedEvent, type EventRow } from './event-row.js';

export interface EventRange {
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** Both included. */
  readonly fromVersion: number;
  readonly toVersion: number;
}

/** The events of one aggregate between two versions, in version order; those that are not there are left out. */
export async function readEvents(
  pool: pg.Pool,
  { aggregateType, aggregateId, fromVersion, toVersion }: EventRange,
): Promise<RecordedEvent[]> {
  const result = await pool.query<EventRow>({
    name: 'read-events',
    text: `select ${EVENT_COLUMNS} from events
           where aggregate_type = $1 and aggregate_id = $2 and version between $3 and $4 order by version`,
    values: [aggregateType, aggregateId, fromVersion, toVersion],
  });
  return result.rows.map(toRecordedEvent);
}

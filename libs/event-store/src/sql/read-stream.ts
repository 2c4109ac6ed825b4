import type { RecordedEvent } from '@eventfleet/contracts';
import type pg from 'pg';
import { EVENT_COLUMNS, toRecordedEvent, type EventRow } from './event-row.js';

/** One aggregate and all events about it. */
export interface StreamId {
  readonly aggregateType: string;
  readonly aggregateId: string;
}

/** Versions of a stream, both included; by default from the first to the last. */
export interface VersionRange {
  readonly fromVersion?: number;
  readonly toVersion?: number;
}

/** The largest `integer` of Postgres. */
const MAX_VERSION = 2_147_483_647;

/** The stored events of a stream in version order; versions that are not there are left out. */
export async function readStream(
  pool: pg.Pool,
  { aggregateType, aggregateId }: StreamId,
  { fromVersion = 1, toVersion = MAX_VERSION }: VersionRange = {},
): Promise<RecordedEvent[]> {
  const result = await pool.query<EventRow>({
    name: 'read-stream',
    text: `select ${EVENT_COLUMNS} from events
           where aggregate_type = $1 and aggregate_id = $2 and version between $3 and $4 order by version`,
    values: [aggregateType, aggregateId, fromVersion, toVersion],
  });
  return result.rows.map(toRecordedEvent);
}

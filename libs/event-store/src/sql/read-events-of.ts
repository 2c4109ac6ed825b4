import type { RecordedEvent } from '@eventfleet/contracts';
import { withArrayTexts } from '@eventfleet/postgres';
import type pg from 'pg';
import { EVENT_COLUMNS, toRecordedEvent, type EventRow } from './event-row.js';

export interface EventsOfQuery {
  readonly aggregateType: string;
  readonly aggregateIds: readonly string[];
  /** At most so many events: the last stream may be cut off then, and others left out. */
  readonly limit: number;
}

/** The events of many streams, by aggregate id and version, as they are at one moment of the database. */
export async function readEventsOf(
  pool: pg.Pool,
  { aggregateType, aggregateIds, limit }: EventsOfQuery,
): Promise<RecordedEvent[]> {
  const result = await pool.query<EventRow>(
    withArrayTexts({
      // Without a name: a plan that was kept since the table was small would read all of it.
      text: `select ${EVENT_COLUMNS} from events where aggregate_type = $1 and aggregate_id = any($2::uuid[])
             order by events.aggregate_id, events.version limit $3`,
      values: [aggregateType, aggregateIds, limit],
    }),
  );
  return result.rows.map(toRecordedEvent);
}

import type pg from 'pg';
import type { RecordedEvent } from '@eventfleet/contracts';
import { EVENT_COLUMNS, toRecordedEvent, type EventRow } from './event-row.js';

/** Reads the events of many aggregates after the version named for each, in one query, by aggregate and version. */
export async function readStreams(
  client: pg.ClientBase | pg.Pool,
  aggregateType: string,
  after: ReadonlyMap<string, number>,
): Promise<RecordedEvent[]> {
  const result = await client.query<EventRow>({
    name: 'read-streams',
    text: `select ${EVENT_COLUMNS}
           from unnest($2::uuid[], $3::integer[]) as wanted (id, after)
           join events on aggregate_type = $1 and aggregate_id = wanted.id and version > wanted.after
           order by aggregate_id, version`,
    values: [aggregateType, [...after.keys()], [...after.values()]],
  });
  return result.rows.map(toRecordedEvent);
}

import type pg from 'pg';
import type { TailPosition } from './read-tail.js';
import type { TailTable } from './tail-table.js';

export interface EventReference {
  readonly eventId: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly version: number;
}

/** Finds the tail positions of events by what a broker's record says of them; an event that is not stored is left out. */
export async function locateEvents(
  pool: pg.Pool,
  references: readonly EventReference[],
  table: TailTable = 'events',
): Promise<Map<string, TailPosition>> {
  const result = await pool.query<{ event_id: string; transaction_id: string; global_position: string }>({
    name: `locate-events of ${table}`,
    text: `select events.event_id, events.transaction_id, events.global_position
           from unnest($1::text[], $2::text[], $3::text[], $4::integer[]) as wanted (event_id, type, id, version)
           join ${table} as events on aggregate_type = wanted.type and aggregate_id = wanted.id::uuid
             and events.version = wanted.version and events.event_id = wanted.event_id::uuid`,
    values: [
      references.map((reference) => reference.eventId),
      references.map((reference) => reference.aggregateType),
      references.map((reference) => reference.aggregateId),
      references.map((reference) => reference.version),
    ],
  });
  return new Map(
    result.rows.map((row) => [
      row.event_id,
      { transactionId: row.transaction_id, globalPosition: row.global_position },
    ]),
  );
}

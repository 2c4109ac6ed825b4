import { withArrayTexts } from '@eventfleet/postgres';
import type pg from 'pg';
import { EventStoreError } from '../event-store.errors.js';
import type { EventReference } from './locate-events.js';

// A look into the index for each. For a join, a plan that was kept since the table was small reads all of it.
const STORED = `
  from unnest($2::uuid[], $3::integer[], $4::uuid[]) with ordinality as wanted (aggregate_id, version, event_id, place)
  where (select true from events where aggregate_type = $1 and events.aggregate_id = wanted.aggregate_id
           and events.version = wanted.version and events.event_id = wanted.event_id)`;

/**
 * Which of these events were never appended, or are no longer there: by id, aggregate and version together.
 * @returns those of them, in their order
 * @throws EventStoreError `event-store-unavailable` if the server is a standby that lacks some of them: it may be late
 */
export async function findUnknownEvents<Reference extends EventReference>(
  store: pg.Pool | pg.ClientBase,
  references: readonly Reference[],
): Promise<readonly Reference[]> {
  const unknown: Reference[] = [];
  for (const [type, ofType] of Map.groupBy(references, ({ aggregateType }) => aggregateType)) {
    unknown.push(...(await findUnknownOfType(store, type, ofType)));
  }
  return unknown;
}

async function findUnknownOfType<Reference extends EventReference>(
  store: pg.Pool | pg.ClientBase,
  aggregateType: string,
  references: readonly Reference[],
): Promise<readonly Reference[]> {
  const values = [
    aggregateType,
    references.map(({ aggregateId }) => aggregateId),
    references.map(({ version }) => version),
    references.map(({ eventId }) => eventId),
  ];
  // Nearly always all are there, and then nothing else need travel back.
  const counted = await store.query<{ known: number }>(
    withArrayTexts({
      name: 'count-known-events',
      text: `select count(*)::integer as known ${STORED}`,
      values,
    }),
  );
  if (counted.rows[0]?.known === references.length) return [];
  const found = await store.query<{ known: number[]; is_standby: boolean }>({
    text: `select coalesce(array_agg(place::integer), '{}') as known, pg_is_in_recovery() as is_standby ${STORED}`,
    values,
  });
  const { known = [], is_standby: isStandby = false } = found.rows[0] ?? {};
  const stored = new Set(known);
  const missing = references.filter((_, index) => !stored.has(index + 1));
  if (missing.length > 0 && isStandby) {
    throw new EventStoreError(
      'event-store-unavailable',
      'the event store is a standby that lacks events: it may be late, so nothing is decided on it',
    );
  }
  return missing;
}

import { randomUUID } from 'node:crypto';
import { userEvents, type UserEvent } from '@eventfleet/contracts';
import {
  EventStore,
  migrateEventStore,
  personalDataOf,
  type EventData,
  type WrappingKey,
} from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase, eventually } from '@eventfleet/testing';
import type pg from 'pg';

/** A migrated event store of its own, to which a test appends. */
export interface EventHistory {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly store: EventStore;
  /** Appends behind what the user has, and returns the events as they are stored. */
  append(id: string, events: readonly UserEvent[], time?: number): Promise<readonly EventData[]>;
  /** Waits until the tail has every event: transactions of other tests on the server may hold it back for a moment. */
  tailComplete(): Promise<void>;
  close(): Promise<void>;
}

/** @param personalDataKeys none: nothing is encrypted */
export async function startEventHistory(
  personalDataKeys: readonly WrappingKey[] = [],
): Promise<EventHistory> {
  const database = await createTestDatabase('query-events', migrateEventStore);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 4, pipeline: true });
  const store = new EventStore(pool, personalDataOf(pool, personalDataKeys));
  const { aggregateType } = userEvents;
  return {
    url: database.url,
    pool,
    store,
    async append(id, events, time = Date.now()) {
      const expectedVersion = (await store.readVersions(aggregateType, [id])).get(id) ?? 0;
      const stored = events.map(({ type, data }): EventData => ({
        eventId: randomUUID(),
        type,
        schemaVersion: userEvents.schemaVersionOf(type),
        data: JSON.stringify(data),
        occurredAt: new Date(time).toISOString(),
        correlationId: 'correlation',
        causationId: 'causation',
        traceparent: 't',
      }));
      await store.appendToStream({ aggregateType, aggregateId: id }, stored, { expectedVersion });
      return stored;
    },
    async tailComplete() {
      await eventually(async () => {
        const { rows } = await pool.query<{ id: string }>(
          'select event_id as id from events order by transaction_id desc, global_position desc limit 1',
        );
        return (await store.readTailEnd()).eventId === (rows[0]?.id ?? '');
      });
    },
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}

export const created = (id: string, name = 'Ann'): UserEvent => {
  return { type: 'user.created', data: { id, name, email: `${id}@example.org` } };
};
export const renamed = (id: string, name: string): UserEvent => ({
  type: 'user.updated',
  data: { id, name },
});
export const deleted = (id: string): UserEvent => ({ type: 'user.deleted', data: { id } });

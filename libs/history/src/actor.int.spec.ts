import { randomUUID } from 'node:crypto';
import { EventStore, migrateEventStore, TAIL_START, type EventData } from '@eventfleet/event-store';
import { createPool, withTransaction } from '@eventfleet/postgres';
import { createTestDatabase, eventually, type TestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { insertPublishedEvents } from './adopt-events.js';

let database: TestDatabase;
let pool: pg.Pool;
/** As readers of whole tables have it: a COPY does not go through a pipeline. */
let plain: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase('actor', migrateEventStore);
  pool = createPool({ url: database.url, applicationName: 'test', max: 2, pipeline: true });
  plain = createPool({ url: database.url, applicationName: 'test', max: 2 });
});
afterAll(async () => {
  await pool.end();
  await plain.end();
  await database.drop();
});

const eventOf = (more: { readonly actor?: string }): EventData => ({
  eventId: randomUUID(),
  type: 'user.created',
  schemaVersion: 1,
  data: '{"name":"Ada"}',
  occurredAt: '2026-01-01T00:00:00.000Z',
  correlationId: 'c',
  causationId: 'k',
  traceparent: 't',
  ...more,
});

describe('who asked for an event', () => {
  it('is read back from the store in every way, and is absent where nobody had to say', async () => {
    const stream = { aggregateType: 'user', aggregateId: randomUUID() };
    const store = new EventStore(pool);
    await store.appendToStream(stream, [eventOf({}), eventOf({ actor: 'ada' })], { expectedVersion: 0 });

    const actorsOf = (events: readonly { readonly actor?: string }[]) =>
      events.map((event) => ('actor' in event ? event.actor : 'none'));
    const expected = ['none', 'ada'];
    expect(actorsOf(await store.readStream(stream))).toEqual(expected);
    // The tail waits for transactions of other tests on this server.
    const tail = await eventually(async () => {
      const read = await store.readTail(TAIL_START, 10);
      return read.length === expected.length && read;
    });
    expect(actorsOf(tail.map(({ event }) => event))).toEqual(expected);
    const scan = { aggregateType: 'user', after: undefined, upTo: undefined, limit: 10 };
    const scanned = await new EventStore(plain).scanStreams(scan);
    expect(actorsOf(await scanned.first(2))).toEqual(expected);
  });

  it('is kept by an event that the store takes back from Kafka', async () => {
    const stream = { aggregateType: 'user', aggregateId: randomUUID() };
    const published = [
      { ...eventOf({ actor: 'ada' }), ...stream, version: 1, globalPosition: '1000' },
      { ...eventOf({}), ...stream, version: 2, globalPosition: '1001' },
    ];
    await withTransaction(pool, async (client) => {
      await client.query(await insertPublishedEvents(client, published));
    });
    expect(await new EventStore(pool).readStream(stream)).toEqual(published);
  });
});

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createTestDatabase, eventually, type TestDatabase } from '@eventfleet/testing';
import { StreamHeads } from '../chain/stream-heads.js';
import { migrateEventStore } from '../migrate.js';
import { appendBatch, type NewEvent } from './append-batch.js';
import { TAIL_START, comparePositions, readTail, type TailPosition } from './read-tail.js';
import { findTailBlocker } from './find-tail-blocker.js';

let database: TestDatabase;
let pool: pg.Pool;
let start: TailPosition;

beforeAll(async () => {
  database = await createTestDatabase('read-tail', migrateEventStore);
  pool = new pg.Pool({ connectionString: database.url, pipeline: true } as pg.PoolConfig);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  start = (await readTail(pool, TAIL_START, 100_000)).at(-1)?.position ?? TAIL_START;
});

function event(aggregateId: string, version: number): NewEvent {
  return {
    eventId: randomUUID(),
    type: 'account.credited',
    schemaVersion: 1,
    aggregateType: 'account',
    aggregateId,
    version,
    data: '{"amount":1}',
    occurredAt: new Date().toISOString(),
    correlationId: 'c',
    causationId: 'k',
    traceparent: 't',
  };
}

async function append(...events: NewEvent[]): Promise<void> {
  const client = await pool.connect();
  await appendBatch(client, { events: await new StreamHeads().chain(client, events) });
  client.release();
}

async function insertOpen(client: pg.ClientBase, { eventId, aggregateId, version }: NewEvent): Promise<void> {
  await client.query(
    `insert into events (event_id, event_type, schema_version, aggregate_type, aggregate_id, version, data,
                         occurred_at, correlation_id, causation_id, traceparent)
     values ($1, 'account.credited', 1, 'account', $2, $3, '{}', now(), 'c', 'k', 't')`,
    [eventId, aggregateId, version],
  );
}

/** Reads in pages as the relay does, until the wanted events have come or the deadline has passed. */
async function follow(wanted: number): Promise<{ aggregateId: string; version: number; eventId: string }[]> {
  const seen: { aggregateId: string; version: number; eventId: string }[] = [];
  let position = start;
  await eventually(async () => {
    const page = await readTail(pool, position, 3);
    for (const entry of page) {
      expect(comparePositions(position, entry.position)).toBeLessThan(0);
      position = entry.position;
      seen.push(entry.event);
    }
    return seen.length >= wanted;
  });
  return seen;
}

describe('readTail', () => {
  it('skips nothing when a transaction is held open while later ones commit', async () => {
    const early = new pg.Client({ connectionString: database.url, application_name: 'held-open' });
    await early.connect();
    const held = event(randomUUID(), 1);
    await early.query('begin');
    await insertOpen(early, held);
    const later = [event(randomUUID(), 1), event(randomUUID(), 1)];
    for (const each of later) await append(each);

    expect(await readTail(pool, start, 10)).toEqual([]);
    // Suites share the server: a transaction of another one may be older, but it ends.
    const isHeldHere = async () => (await findTailBlocker(pool))?.applicationName === 'held-open';
    await eventually(isHeldHere, { describe: 'the transaction that is held open, as the oldest' });

    await early.query('commit');
    await early.end();
    const seen = await follow(3);
    expect(seen.map(({ eventId }) => eventId)).toEqual([held, ...later].map(({ eventId }) => eventId));
  });

  it('keeps version order, because no append takes its transaction id before the state is loaded', async () => {
    // What the append must not do: take its transaction id first, and load the state that it builds on later.
    const early = new pg.Client({ connectionString: database.url });
    await early.connect();
    await early.query('begin');
    await early.query('select pg_current_xact_id()');
    const id = randomUUID();
    await append(event(id, 1));
    await insertOpen(early, event(id, 2));
    await early.query('commit');
    await early.end();
    expect((await follow(2)).map(({ version }) => version)).toEqual([2, 1]);

    // What it does: each transaction begins after the state was read as committed.
    const other = randomUUID();
    start = (await readTail(pool, start, 10)).at(-1)!.position;
    for (let version = 1; version <= 5; version++) await append(event(other, version));
    expect((await follow(5)).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);
  });

  it('gives events of one append positions in the order of their versions', async () => {
    const id = randomUUID();
    await append(event(id, 2), event(id, 1), event(id, 3));
    expect((await follow(3)).map(({ version }) => version)).toEqual([1, 2, 3]);
  });
});

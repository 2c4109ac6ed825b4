import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { EventStore, type EventData } from './event-store.js';
import { startEventStore, type EventStoreFixture } from './event-store.fixture.js';
import { loseAnswers } from './command-execution/lost-answers.fixture.js';
import { findTailBlocker } from './sql/find-tail-blocker.js';
import { findUnknownEvents } from './sql/find-unknown-events.js';
import { listAggregates } from './sql/list-aggregates.js';
import { readStreams, type StreamStep } from './sql/read-streams.js';

let store: EventStoreFixture;
let eventStore: EventStore;
beforeAll(async () => {
  store = await startEventStore();
  ({ eventStore } = store.copy());
});
afterAll(() => store.close());

const newStream = () => ({ aggregateType: 'account', aggregateId: randomUUID() });

function credits(count: number): EventData[] {
  return Array.from({ length: count }, (_, index) => ({
    eventId: randomUUID(),
    type: 'account.credited',
    schemaVersion: 1,
    data: JSON.stringify({ amount: index }),
    occurredAt: new Date().toISOString(),
    correlationId: 'c',
    causationId: 'k',
    traceparent: 't',
  }));
}

describe('EventStore.appendToStream', () => {
  it('appends behind the expected version, and returns the new one', async () => {
    const stream = newStream();
    const events = credits(5);
    expect(await eventStore.appendToStream(stream, events.slice(0, 2), { expectedVersion: 0 })).toBe(2);
    expect(await eventStore.appendToStream(stream, events.slice(2), { expectedVersion: 2 })).toBe(5);
    expect(await eventStore.appendToStream(stream, [], { expectedVersion: 5 })).toBe(5);

    const stored = await eventStore.readStream(stream);

    expect(stored).toMatchObject(events.map((event, index) => ({ ...event, ...stream, version: index + 1 })));
    await expect(eventStore.wasAppended({ ...events[4]!, ...stream, version: 5 })).resolves.toBe(true);
  });

  it.each([0, 1, 3, 9, -1])(
    'refuses the expected version %i of a stream at version 2, and writes nothing',
    async (expectedVersion) => {
      const stream = newStream();
      await eventStore.appendToStream(stream, credits(2), { expectedVersion: 0 });

      const refused = eventStore.appendToStream(stream, credits(3), { expectedVersion });

      await expect(refused).rejects.toMatchObject({ name: 'EventStoreError', code: 'write-conflict' });
      expect(await eventStore.readStream(stream)).toHaveLength(2);
    },
  );

  it('lets one of many writers win each version', async () => {
    const stream = newStream();
    const writers = Array.from({ length: 8 }, () => store.copy().eventStore);
    for (let version = 0; version < 10; version += 2) {
      const appends = await Promise.allSettled(
        writers.map((writer) => writer.appendToStream(stream, credits(2), { expectedVersion: version })),
      );
      expect(appends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const append of appends)
        if (append.status === 'rejected') expect(append.reason).toMatchObject({ code: 'write-conflict' });
    }
    expect((await eventStore.readStream(stream)).map(({ version }) => version)).toEqual(
      Array.from({ length: 10 }, (_, index) => index + 1),
    );
  });

  it('leaves the outcome open when the connection breaks, and wasAppended knows it', async () => {
    const broken = store.copy();
    loseAnswers(broken.pool, () => true);
    const stream = newStream();
    const [event] = credits(1) as [EventData];

    const append = broken.eventStore.appendToStream(stream, [event], { expectedVersion: 0 });

    await expect(append).rejects.toMatchObject({ code: 'event-store-unavailable' });
    expect(await eventStore.wasAppended({ ...event, ...stream, version: 1 })).toBe(true);
    expect(await eventStore.wasAppended({ ...event, ...stream, version: 2 })).toBe(false);
  });

  it('continues a stream that commands have begun, and commands continue it', async () => {
    const { run } = store.copy();
    const stream = newStream();
    await run(stream.aggregateId, { type: 'open', name: stream.aggregateId });
    await eventStore.appendToStream(stream, credits(1), { expectedVersion: 1 });

    const result = await run(stream.aggregateId, { type: 'credit', amount: 1 });

    expect(result).toMatchObject({ kind: 'accepted', version: 3 });
  });
});

describe('EventStore.findUnknown', () => {
  it('names the events that are not there: by id, aggregate and version', async () => {
    const [stream, events] = [newStream(), credits(2)];
    await eventStore.appendToStream(stream, events, { expectedVersion: 0 });
    const [one, two] = events.map(({ eventId }, index) => ({ ...stream, eventId, version: index + 1 }));
    const others = [
      { ...one!, eventId: randomUUID() },
      { ...one!, version: 2 },
      { ...one!, aggregateId: randomUUID() },
      { ...one!, aggregateType: 'user' },
    ];

    expect(await eventStore.findUnknown([one!, two!])).toEqual([]);
    expect(await eventStore.findUnknown([one!, ...others, two!])).toEqual(others);
  });

  it('uses the index, also by a plan that the server keeps since the table was small', async () => {
    const [stream, events] = [newStream(), credits(20)];
    await eventStore.appendToStream(stream, events, { expectedVersion: 0 });
    const references = events.map(({ eventId }, index) => ({ ...stream, eventId, version: index + 1 }));
    const client = await store.admin.connect();
    await client.query('begin');
    for (let time = 0; time < 10; time++) await findUnknownEvents(client, references);
    const scans = await client.query(
      `select seq_scan::integer as full, idx_scan::integer as index
       from pg_stat_xact_user_tables where relname = 'events'`,
    );
    await client.query('rollback');
    client.release();

    expect(scans.rows).toEqual([{ full: 0, index: 200 }]);
  });
});

/** How many rows of the events a query reads, on a table that Postgres knows nothing about. */
async function rowsRead(query: (client: pg.PoolClient) => Promise<unknown>): Promise<number> {
  const client = await store.admin.connect();
  await client.query('begin');
  await query(client);
  const { rows } = await client.query<{ read: number }>(
    `select (seq_tup_read + idx_tup_fetch)::integer as read from pg_stat_xact_user_tables where relname = 'events'`,
  );
  await client.query('rollback');
  client.release();
  return rows[0]!.read;
}

describe('on a table without statistics', () => {
  const streams = Array.from({ length: 2_000 }, newStream);
  const ids = streams.map(({ aggregateId }) => aggregateId);
  beforeAll(() =>
    eventStore.appendBatch({
      events: streams.flatMap((stream) =>
        credits(2).map((event, index) => ({ ...event, ...stream, version: index + 1 })),
      ),
    }),
  );

  it('listAggregates reads no more than it lists', async () => {
    const query = { aggregateType: 'account', after: ids.toSorted()[99]!, limit: 100 };
    let listed: string[] = [];
    const read = await rowsRead(async (client) => {
      listed = await listAggregates(client, query);
    });

    const all = await eventStore.listAggregates({ ...query, after: undefined, limit: 10_000 });
    expect(all).toEqual([...new Set(all)].toSorted());
    expect(listed).toEqual(all.filter((id) => id > query.after).slice(0, 100));
    // A look counts three times. To sort all that is behind the key is some 4,000.
    expect(read).toBeLessThanOrEqual(400);
  });

  it('readStreams reads no more than the streams that it loads', async () => {
    const wanted = ids.slice(0, 50);
    let steps: readonly StreamStep[] = [];
    const read = await rowsRead(async (client) => {
      steps = await readStreams(client, {
        aggregateType: 'account',
        loadedVersions: new Map(wanted.map((id) => [id, 0])),
        snapshotSchemaVersion: 1,
      });
    });

    expect(steps).toHaveLength(100);
    // A look counts up to four times. To join is to read all 4,000.
    expect(read).toBeLessThanOrEqual(500);
  });
});

describe('findTailBlocker', () => {
  it('names the oldest writing transaction, and nothing to a role that does not see its age', async () => {
    const [writer, reader] = [await store.admin.connect(), await store.admin.connect()];
    const role = `blind_${randomUUID().replaceAll('-', '')}`;
    await reader.query(`create role ${role}`);
    await writer.query('begin');
    await writer.query('select pg_current_xact_id()');

    const seen = await findTailBlocker(reader);
    await reader.query(`set role ${role}`);
    const unseen = await findTailBlocker(reader);

    await writer.query('rollback');
    await reader.query('reset role');
    await reader.query(`drop role ${role}`);
    for (const client of [writer, reader]) client.release();
    // Other databases of the server may have an older one.
    expect(seen).toMatchObject({
      pid: expect.any(Number) as number,
      ageSeconds: expect.any(Number) as number,
    });
    expect(unseen).toBeUndefined();
  });
});

describe('the streams of an aggregate type', () => {
  it('are found by how many events come before, and read up to an aggregate', async () => {
    const type = 'ledger';
    const ids: string[] = Array.from({ length: 5 }, () => randomUUID()).toSorted();
    for (const aggregateId of ids) {
      await eventStore.appendToStream({ aggregateType: type, aggregateId }, credits(3), {
        expectedVersion: 0,
      });
    }
    const plain = new EventStore(store.admin);
    const find = (after: string | undefined, events: number) =>
      plain.findAggregate({ aggregateType: type, after, events });
    const read = async (after: string | undefined, upTo: string | undefined, limit: number) => {
      const scanned = await plain.scanStreams({ aggregateType: type, after, upTo, limit });
      return (await scanned.first(scanned.length)).map(
        (event) => [ids.indexOf(event.aggregateId), event.version] as const,
      );
    };

    const found = [find(undefined, 3), find(undefined, 4), find(ids[0], 3), find(undefined, 15)];
    expect(await Promise.all(found)).toEqual([ids[0], ids[1], ids[1], ids[4]]);
    expect(await find(undefined, 16)).toBeUndefined();
    expect(await read(ids[1], ids[3], 10)).toEqual([2, 3].flatMap((i) => [1, 2, 3].map((v) => [i, v])));
    expect(await read(ids[3], undefined, 2)).toEqual([
      [4, 1],
      [4, 2],
    ]);
  });
});

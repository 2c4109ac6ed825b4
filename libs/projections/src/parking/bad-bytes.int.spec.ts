import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '@eventfleet/contracts';
import { lockParkedEvents } from './parked-event-statements.js';
import { readParkedEvents } from './read-parked.js';
import { consume, journal, useRuntimes, processAll } from '../runtime/projection-runtime.fixture.js';
import { batchOf, history, recordOf } from '../runtime/record-batches.fixture.js';

const store = useRuntimes();

describe('bad bytes', () => {
  const good = () => recordOf(history(1)[0]!);
  const withHeaders = (headers: Record<string, string>) => {
    const record = good();
    return { ...record, headers: { ...record.headers, ...headers } };
  };
  const upper = () => {
    const id = randomUUID().toUpperCase();
    return recordOf(history(1, id)[0]!);
  };

  it.each([
    [
      'an empty key',
      () => ({ ...good(), key: Buffer.alloc(0) }),
      'undecodable',
      'the key is not the subject',
    ],
    ['no key', () => ({ ...good(), key: null }), 'undecodable', 'the key is not the subject'],
    ['no headers', () => ({ ...good(), headers: {} }), 'undecodable', 'missing or wrong attributes'],
    ['a tombstone', () => ({ ...good(), value: null }), 'undecodable', 'a tombstone'],
    [
      'noise',
      () => ({
        timestamp: -1,
        key: noise(1_000),
        value: noise(1_000_000),
        headers: { '\0': noise(9), none: null, twice: ['a', 'b'] },
      }),
      'undecodable',
      'missing or wrong attributes',
    ],
    ['an id in upper case', upper, 'undecodable', 'not a UUID in lower case'],
    ['a value that is no JSON', () => ({ ...good(), value: noise(99) }), 'malformed-json', 'no JSON'],
    ['an unknown type', () => withHeaders({ ce_type: 'user.timeout' }), 'unknown-event-type', 'user.timeout'],
    [
      'a future schema version',
      () => withHeaders({ ce_dataschema: 'urn:eventfleet:schema:user.created:9' }),
      'future-schema-version',
      'has schema version 9',
    ],
    [
      'another shape',
      () => ({ ...good(), value: Buffer.from('{}') }),
      'schema-violation',
      'name: invalid_type',
    ],
    ['a version gap', () => withHeaders({ ce_aggregateversion: '3' }), 'version-gap', 'version 3 of'],
    [
      'a time that is none',
      () => withHeaders({ ce_time: '2026-99-99T00:00:00Z', ce_aggregateversion: '999999999' }),
      'version-gap',
      'version 999999999 of',
    ],
  ])('of %s are parked as they are, and the partition goes on', async (_, make, code, message) => {
    const record = make();
    const well = history(2);

    await consume(store.first, journal, batchOf([well[0]!, record, well[1]!], 0n));

    expect(await store.written(well[0]!.aggregateId)).toEqual([1, 2]);
    const [row] = await store.parked();
    expect(row).toMatchObject({ offset: 1, code, message: expect.stringContaining(message), attempts: 5 });
    const [parked] = await readParkedEvents(store.pool, { key: row!.key }, 9);
    expect(parked!.record.key).toEqual(record.key);
    // Not by toEqual, which takes seconds for a megabyte.
    expect(parked!.record.value?.equals(record.value ?? Buffer.alloc(0)) ?? null).toBe(record.value && true);
    expect(Object.keys(parked!.record.headers ?? {})).toEqual(Object.keys(record.headers ?? {}));

    await store.discard(row!.key);
    await processAll(store.processor(journal));
    expect(await store.parked()).toEqual([]);
    await consume(store.first, journal, batchOf(history(1), 3n));
  });

  it('that nobody could read are described, at once, and affect no other record', async () => {
    const [parkedUser, user] = [history(3), history(2)];
    const bad = { ...recordOf(parkedUser[1]!), value: noise(9) };
    await consume(store.first, journal, batchOf([parkedUser[0]!, bad], 0n));
    const unreadable = { code: 'batch-too-large', message: 'it is too large; SHA-256: 0a1b' } as const;
    const headers = { 'x-original-sha256': '0a1b' };
    const unread = { timestamp: 0, key: null, value: null, headers, unreadable };

    const batch = batchOf([user[0]!, unread, parkedUser[2]!, user[1]!], 2n);
    expect(await consume(store.another(), journal, batch)).toEqual({ failures: 0 });

    expect(await store.written(user[0]!.aggregateId)).toEqual([1, 2]);
    expect(await store.parkedOffsets()).toEqual([[1, 'malformed-json'], [3, 'undecodable'], [4, null]]); // prettier-ignore
    const { message } = (await store.parked())[1]!;
    expect(message).toContain('offset 3 of partition 0 cannot be read: it is too large; SHA-256: 0a1b');
    const [parked] = await readParkedEvents(store.pool, { key: '' }, 9);
    expect(String(parked?.record.headers?.['x-original-sha256'])).toBe('0a1b');
    expect(await store.checkpoint()).toMatchObject({ next: 6n });
  });

  it('that are many are taken up again a few at a time, in values as in headers', async () => {
    const bytes = Buffer.alloc(2_000_000, 'x');
    const large = [
      { value: bytes, headers: {} },
      { value: null, headers: { name: bytes } },
    ];
    const records = [...large, ...large].map((each) => ({ timestamp: 0, key: null, ...each }));
    await consume(store.another(), journal, batchOf(records, 0n));

    const { text, values } = lockParkedEvents('writing-down', '', { events: 9, bytes: 4_000_000 });
    expect((await store.pool.query(text, values)).rowCount).toBe(1);
    const more = lockParkedEvents('writing-down', '', { events: 9, bytes: 7_000_000 });
    expect((await store.pool.query(more.text, more.values)).rowCount).toBe(3);
  });

  it('of a repeated version with other content are dropped: the first one counts', async () => {
    const [one, two] = history(2) as [RecordedEvent, RecordedEvent];
    const other = { ...two, eventId: randomUUID(), data: '{"broken' };

    expect(await consume(store.first, journal, batchOf([one, two, other], 0n))).toEqual({ failures: 0 });

    expect(await store.written(one.aggregateId)).toEqual([1, 2]);
    expect(await store.parked()).toEqual([]);
  });

  it('with the key of a user stop that user, until they are discarded', async () => {
    const events = history(3);
    const id = events[0]!.aggregateId;
    const tombstone = { ...recordOf(events[0]!), value: null };
    await consume(store.first, journal, batchOf([events[0]!, tombstone, events[1]!], 0n));
    expect(await store.parkedOffsets()).toEqual([[1, 'undecodable'], [2, null]]); // prettier-ignore

    await store.discard(id);
    await processAll(store.processor(journal));
    await consume(store.first, journal, batchOf(events.slice(2), 3n));

    expect(await store.written(id)).toEqual([1, 2, 3]);
  });
});

function noise(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, index) => (index * 7919 + (index >> 3)) % 256));
}

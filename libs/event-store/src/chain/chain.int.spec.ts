import { randomUUID } from 'node:crypto';
import type { EventData } from '../event-store.js';
import { EventStore } from '../event-store.js';
import { startEventStore, type EventStoreFixture } from '../event-store.fixture.js';
import type { BrokenChain } from './chain-verifier.js';
import { verifyChains } from './verify-chains.js';

let store: EventStoreFixture;
beforeEach(async () => {
  store = await startEventStore();
});
afterEach(() => store.close());

const credited = (amount: number): EventData => ({
  eventId: randomUUID(),
  type: 'account.credited',
  schemaVersion: 1,
  data: `{"amount": ${amount}}`,
  occurredAt: '2026-01-02T03:04:05Z',
  correlationId: 'c',
  causationId: 'k',
  traceparent: 't',
});

/** What is broken, by both ways to look. */
async function broken(): Promise<Record<string, [number, string]>> {
  const found: BrokenChain[] = [];
  await verifyChains(store.admin, 'account', (each) => found.push(each));
  const { pool } = store.copy();
  const seen: BrokenChain[] = [];
  const reading = new EventStore(pool, undefined, (each) => seen.push(each));
  const { rows } = await store.admin.query<{ id: string }>(`select distinct aggregate_id as id from events`);
  const aggregateIds = rows.map(({ id }) => id);
  await reading.readEventsOf({ aggregateType: 'account', aggregateIds, limit: 1_000 });
  expect(seen).toEqual(found);
  return Object.fromEntries(found.map(({ aggregateId, version, kind }) => [aggregateId, [version, kind]]));
}

describe('the chain of a stream', () => {
  it('holds for everything that is appended, by whichever process and in whatever batches', async () => {
    const copies = [store.copy(), store.copy()] as const;
    const ids = Array.from({ length: 5 }, () => randomUUID());
    await Promise.all(ids.map((id) => copies[0].run(id, { type: 'open-with-credit', name: id, amount: 1 })));
    for (let n = 0; n < 10; n++)
      await Promise.all(ids.map((id) => copies[n % 2]!.run(id, { type: 'credit', amount: n })));
    await copies[1].eventStore.appendToStream(
      { aggregateType: 'account', aggregateId: ids[0]! },
      [credited(7), credited(8)],
      {
        expectedVersion: 12,
      },
    );

    expect(await broken()).toEqual({});
    const hashes = await store.admin.query(`select from events where length(hash) = 32`);
    expect(hashes.rowCount).toBe(5 * 12 + 2);
  });

  it.each<[string, string, [number, string]]>([
    ['data', `update events set data = '{"amount": 9}' where version = 3`, [3, 'changed']],
    ['a space', `update events set data = '{"amount":  1}' where version = 2`, [2, 'changed']],
    [
      'a time',
      `update events set occurred_at = occurred_at + interval '1 ms' where version = 3`,
      [3, 'changed'],
    ],
    ['an id', `update events set event_id = gen_random_uuid() where version = 1`, [1, 'changed']],
    ['a cause', `update events set causation_id = 'x' where version = 4`, [4, 'changed']],
    ['a hash', `update events set hash = sha256('x') where version = 2`, [2, 'changed']],
    ['no hash', `update events set hash = null where version = 3`, [3, 'missing']],
    ['no event', `delete from events where version = 2`, [3, 'missing']],
  ])('is broken by whoever changes %s', async (_, change, expected) => {
    const { eventStore } = store.copy();
    const [id, other] = [randomUUID(), randomUUID()];
    for (const aggregateId of [id, other]) {
      const four = [1, 2, 3, 4].map(credited);
      await eventStore.appendToStream({ aggregateType: 'account', aggregateId }, four, {
        expectedVersion: 0,
      });
    }
    expect(await broken()).toEqual({});

    await store.admin.query(`${change} and aggregate_id = $1`, [id]);

    expect(await broken()).toEqual({ [id]: expected });
  });

  it('begins where a stream of before goes on', async () => {
    const { eventStore } = store.copy();
    const stream = { aggregateType: 'account', aggregateId: randomUUID() };
    await eventStore.appendToStream(stream, [credited(1), credited(2)], { expectedVersion: 0 });
    await store.admin.query(`update events set hash = null`);
    await store.copy().eventStore.appendToStream(stream, [credited(3), credited(4)], { expectedVersion: 2 });
    expect(await broken()).toEqual({});
    await store.admin.query(`update events set data = '{}' where version = 3`);
    expect(await broken()).toEqual({ [stream.aggregateId]: [3, 'changed'] });
  });
});

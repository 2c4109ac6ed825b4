import { randomUUID } from 'node:crypto';
import { startEventStore, type EventStoreFixture } from '../command-execution/event-store.fixture.js';
import { readEvents } from './read-events.js';

let store: EventStoreFixture;
beforeAll(async () => {
  store = await startEventStore();
});
afterAll(() => store.close());

describe('readEvents', () => {
  it('returns the versions asked for that are there, in order, as they were recorded', async () => {
    const { run, pool } = store.copy();
    const id = randomUUID();
    await run(id, { type: 'open', name: id });
    for (const amount of [1, 2, 3]) await run(id, { type: 'credit', amount });
    await run(randomUUID(), { type: 'open', name: 'another' });
    const range = { aggregateType: 'account', aggregateId: id };

    const events = await readEvents(pool, { ...range, fromVersion: 2, toVersion: 3 });

    expect(events.map(({ version, type, data }) => [version, type, JSON.parse(data)])).toEqual([
      [2, 'account.credited', { amount: 1 }],
      [3, 'account.credited', { amount: 2 }],
    ]);
    expect(events[0]).toMatchObject({ ...range, correlationId: 'c', schemaVersion: 1 });
    expect(await readEvents(pool, { ...range, fromVersion: 4, toVersion: 999_999_999 })).toHaveLength(1);
    expect(await readEvents(pool, { ...range, fromVersion: 5, toVersion: 9 })).toEqual([]);
  });
});

import {
  batchOf,
  buggyJournal,
  consume,
  history,
  startRuntimes,
  type RuntimeFixture,
} from './projection-runtime.fixture.js';
import { readParkedLines } from './read-parked.js';

let store: RuntimeFixture;
beforeAll(async () => {
  store = await startRuntimes();
});
afterAll(() => store.close());

describe('the list', () => {
  it('has one line a key with the state of its first event, and narrows by projection', async () => {
    const events = history(3);
    await consume(store.first, buggyJournal((_, version) => version === 2), batchOf(events, 0n)); // prettier-ignore

    expect(await readParkedLines(store.pool)).toEqual([
      {
        projection: 'writing-down',
        key: events[0]!.aggregateId,
        waiting: 2,
        errorCode: 'projection-failed',
        errorMessage: expect.stringContaining('TypeError'),
        attempts: 5,
        parkedAt: expect.any(Date),
        mark: null,
      },
    ]);
    expect(await readParkedLines(store.pool, { projection: 'another' })).toEqual([]);
  });
});

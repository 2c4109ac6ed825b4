import { buggyJournal, consume, useRuntimes } from '../runtime/projection-runtime.fixture.js';
import { batchOf, history } from '../runtime/record-batches.fixture.js';
import { readParkedKeys } from './read-parked.js';

const store = useRuntimes();

describe('the list', () => {
  it('has one entry a key with the state of its first event, and narrows by projection', async () => {
    const events = history(3);
    await consume(store.first, buggyJournal((_, version) => version === 2), batchOf(events, 0n)); // prettier-ignore

    expect(await readParkedKeys(store.pool)).toEqual([
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
    expect(await readParkedKeys(store.pool, { projection: 'another' })).toEqual([]);
  });
});

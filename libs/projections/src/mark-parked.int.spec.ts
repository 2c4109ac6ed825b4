import { eventually } from '@eventfleet/testing';
import { markParked } from './mark-parked.js';
import { ProjectionError } from './projection.errors.js';
import type { RunnableProjection } from './projection.js';
import {
  batchOf,
  buggyJournal,
  consume,
  history,
  journal,
  startRuntimes,
  type RuntimeFixture,
} from './projection-runtime.fixture.js';

let store: RuntimeFixture;
beforeAll(async () => {
  store = await startRuntimes();
});
afterAll(() => store.close());

describe('a mark', () => {
  it('that is made while an earlier one is carried out takes its place', async () => {
    await consume(store.first, buggyJournal((_, version) => version === 1), batchOf(history(1), 0n)); // prettier-ignore
    await store.retry();
    const marks: Promise<unknown>[] = [];
    let isMarked = false;
    const failing: RunnableProjection = {
      name: journal.name,
      topic: journal.topic,
      async readAndPrepare() {
        if (marks.length === 0)
          marks.push(markParked(store.otherPool, 'discard', {}).then(() => (isMarked = true)));
        await eventually(async () => isMarked || (await store.someoneWaits()), {
          describe: 'the mark, or its wait',
        });
        throw new ProjectionError('projection-failed', journal.name, 'once more');
      },
    };

    await store.desk(failing).turn();
    await Promise.all(marks);

    expect(await store.parked()).toMatchObject([{ code: 'projection-failed', mark: 'discard' }]);
  });
});

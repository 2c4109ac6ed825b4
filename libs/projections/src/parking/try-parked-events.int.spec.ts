import { randomUUID } from 'node:crypto';
import type { EventSource } from '../event-source.js';
import {
  buggyJournal,
  consume,
  counter,
  journal,
  processAll,
  useRuntimes,
} from '../runtime/projection-runtime.fixture.js';
import { batchOf, history } from '../runtime/record-batches.fixture.js';
import type { RunnableProjection } from '../projection.js';
import { tryParkedEvents } from './try-parked-events.js';

const store = useRuntimes();

function trial(projection: RunnableProjection, key: string, mark: 'retry' | 'discard' = 'retry') {
  return tryParkedEvents({ pool: store.pool, projection, key, mark, source: undefined });
}

/** All that a trial could have changed. */
async function everything(): Promise<unknown> {
  const tables = ['journal', 'counters', 'projection_checkpoints', 'projection_versions', 'parked_events'];
  const found = await Promise.all(
    tables.map((table) => store.pool.query<{ rows: unknown }>(`select json_agg(t) as rows from ${table} t`)),
  );
  return found.map(({ rows }) => rows[0]?.rows);
}

describe('a trial of a retry', () => {
  it('tells what a retry would do, which a retry then does, and changes nothing itself', async () => {
    const events = history(4);
    const id = events[0]!.aggregateId;
    await consume(store.first, buggyJournal((_, version) => version === 2), batchOf(events, 0n)); // prettier-ignore
    const before = await everything();

    const found = await trial(journal, id);

    expect(found).toMatchObject({ applied: 3, removed: 3, tried: 3, fault: undefined });
    expect(found?.effect.before).toMatchObject({ version: 1, isParked: true, waiting: 3 });
    expect(found?.effect.after).toMatchObject({ version: 4, isParked: false, waiting: 0 });
    expect(await everything()).toEqual(before);
    await store.retry(id);
    await processAll(store.processor(journal));
    expect(await store.written(id)).toEqual([1, 2, 3, 4]);
  });

  it('tells which event is still at fault', async () => {
    const events = history(4);
    const id = events[0]!.aggregateId;
    const bug = buggyJournal((_, version) => version === 2 || version === 3);
    await consume(store.first, bug, batchOf(events, 0n));

    const found = await trial(
      buggyJournal((_, version) => version === 3),
      id,
    );

    expect(found).toMatchObject({ applied: 1, removed: 1, tried: 3, fault: { code: 'projection-failed' } });
    expect(found?.effect.after).toMatchObject({ version: 2, isParked: true, waiting: 2 });
    expect(await store.written(id)).toEqual([1]);
  });

  it('shows the counters that would change', async () => {
    const events = history(3);
    const id = events[0]!.aggregateId;
    const buggy: RunnableProjection = {
      ...counter,
      prepare(...runs) {
        if (runs.some(({ events: found }) => found.some(({ version }) => version === 2)))
          throw new TypeError('a bug');
        return counter.prepare(...runs);
      },
    };
    await consume(store.first, buggy, batchOf(events, 0n));

    const found = await trial(
      {
        ...counter,
        counters: {
          read: {
            text: `select partition, 'events' as counter, count::bigint as value from counters`,
            values: [],
          },
          addedBy: () => new Map(),
          add: () => [],
        },
      },
      id,
    );

    expect(found?.effect.counters).toEqual([{ counter: 'events of partition 0', before: 1, after: 3 }]);
    expect(await store.count()).toBe(1);
  });

  it('fetches what is missing before an event, as a retry does', async () => {
    const events = history(5);
    const id = events[0]!.aggregateId;
    const source: EventSource = {
      findUnknown: () => Promise.resolve([]),
      readStream: (_, range) =>
        Promise.resolve(events.slice((range?.fromVersion ?? 1) - 1, range?.toVersion)),
    };
    await consume(store.first, journal, batchOf([events[0]!, events[4]!], 0n));

    const found = await tryParkedEvents({
      pool: store.pool,
      projection: journal,
      key: id,
      mark: 'retry',
      source,
    });

    expect(found).toMatchObject({ applied: 4, removed: 1, fault: undefined });
    expect(await store.written(id)).toEqual([1]);
  });

  it('leaves the partition free at its end, whatever became of it', async () => {
    const events = history(3);
    const id = events[0]!.aggregateId;
    await consume(store.first, buggyJournal((_, version) => version === 2), batchOf(events, 0n)); // prettier-ignore
    const failing: RunnableProjection = {
      ...journal,
      prepare: () => [{ text: 'select * from not_there', values: [] }],
    };

    await expect(trial(failing, id)).rejects.toThrow('not_there');
    const others = history(1);
    await consume(store.second, journal, batchOf(others, 3n));

    expect(await store.written(others[0]!.aggregateId)).toEqual([1]);
  });

  it('finds nothing where nothing is parked', async () => {
    expect(await trial(journal, randomUUID())).toBeUndefined();
  });
});

describe('a trial of a discard', () => {
  it('passes over the first event, and tries those behind it', async () => {
    const events = history(4);
    const id = events[0]!.aggregateId;
    const bug = buggyJournal((_, version) => version === 2);
    await consume(store.first, bug, batchOf(events, 0n));

    const found = await trial(bug, id, 'discard');

    expect(found).toMatchObject({ applied: 2, removed: 3, fault: undefined });
    expect(found?.effect.after).toMatchObject({ version: 4, isParked: false, waiting: 0 });
    expect(await store.parked()).toMatchObject([{ mark: null }, {}, {}]);
  });
});

import { randomUUID } from 'node:crypto';
import { eventually } from '@eventfleet/testing';
import { pino } from 'pino';
import type { EventSource } from '../event-source.js';
import { RecordVerifier } from '../record-verification/record-verifier.js';
import { ProjectionRuntime } from '../runtime/projection-runtime.js';
import {
  buggyJournal,
  consume,
  journal,
  useRuntimes,
  processAll,
} from '../runtime/projection-runtime.fixture.js';
import { batchOf, history, interleaved } from '../runtime/record-batches.fixture.js';

const store = useRuntimes();

describe('a retry', () => {
  it('leaves alone what is not marked, and what another process consumes', async () => {
    const events = history(2);
    const bug = buggyJournal((_, version) => version === 2);
    await consume(store.first, bug, batchOf(events, 0n));

    await processAll(store.processor(journal));
    await store.retry();
    await processAll(store.processor(journal, { assigned: () => [] }));

    expect(await store.parkedOffsets()).toEqual([[1, 'projection-failed']]);
    await processAll(store.processor(journal));
    expect(await store.parked()).toEqual([]);
  });

  it('has nothing more to do at once if the mark is not on the first event of its key', async () => {
    await consume(store.first, buggyJournal((_, version) => version === 1), batchOf(history(2), 0n)); // prettier-ignore
    await store.pool.query(`update parked_events set mark = 'retry' where record_offset = 1`);

    expect(await store.processor(journal).processMarked()).toBe(false);
    expect(await store.parked()).toHaveLength(2);
  });

  it('stops at the next event at fault, which has its own error then, and no mark', async () => {
    const events = history(6);
    const id = events[0]!.aggregateId;
    await consume(store.first, buggyJournal((_, version) => version === 2), batchOf(events, 0n)); // prettier-ignore

    await store.retry(id);
    await processAll(store.processor(buggyJournal((_, version) => version === 2)));
    expect((await store.parked())[0]).toMatchObject({ offset: 1, attempts: 6, mark: null });

    await store.retry(id);
    await processAll(store.processor(buggyJournal((_, version) => version === 4)));

    expect(await store.written(id)).toEqual([1, 2, 3]);
    expect(await store.parked()).toMatchObject([
      { offset: 3, code: 'projection-failed', attempts: 1, mark: null },
      { offset: 4, code: null },
      { offset: 5, code: null },
    ]);
    expect(await store.isFlagged(id)).toBe(true);
  });

  it('of many events of a key goes on in chunks, in order, with live events behind', async () => {
    const events = history(700);
    const id = events[0]!.aggregateId;
    await consume(store.first, buggyJournal((_, version) => version === 1), batchOf(events.slice(0, 650), 0n)); // prettier-ignore
    await store.retry(id);
    const processor = store.processor(journal);

    expect(await processor.processMarked()).toBe(true);
    expect(await store.written(id)).toHaveLength(200);
    expect((await store.parked())[0]).toMatchObject({ offset: 200, code: null, mark: 'retry' });
    await consume(store.first, journal, batchOf(events.slice(650), 650n));
    await processAll(processor);

    expect(await store.written(id)).toEqual(events.map(({ version }) => version));
    expect(await store.isFlagged(id)).toBe(false);
    await consume(store.first, journal, batchOf(history(701, id).slice(700), 700n));
    expect(await store.written(id)).toHaveLength(701);
  });

  it('that fails for now keeps its mark, pauses its key alone, and is tried again', async () => {
    const [one, other] = [history(2), history(2)];
    await consume(store.first, buggyJournal((_, version) => version === 2), batchOf(interleaved(one, other), 0n)); // prettier-ignore
    await store.retry();
    const id = one[0]!.aggregateId;
    let isAway = true;
    const processor = store.processor({
      ...journal,
      prepare(...runs) {
        if (isAway && runs[0]?.events[0]?.aggregateId === id) {
          return [{ text: 'select * from not_there', values: [] }];
        }
        return journal.prepare(...runs);
      },
    });

    await processAll(processor);
    expect(await store.parked()).toMatchObject([{ key: id, attempts: 5, mark: 'retry' }]);
    isAway = false;
    await eventually(async () => {
      await processor.processMarked();
      return (await store.parked()).length === 0;
    });

    expect(await store.written(id)).toEqual([1, 2]);
  });

  it('by two owners at once applies each event once', async () => {
    const users = Array.from({ length: 20 }, () => history(10));
    await consume(store.first, buggyJournal((_, version) => version === 2), batchOf(interleaved(...users), 0n)); // prettier-ignore
    expect(await store.retry()).toBe(20);

    await Promise.all([processAll(store.processor(journal)), processAll(store.processor(journal))]);

    for (const [first] of users) {
      expect(await store.written(first!.aggregateId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
    expect(await store.parked()).toEqual([]);
  });

  it('does not unpark a key behind which something is being put, through whatever partition', async () => {
    const events = history(2);
    const id = events[0]!.aggregateId;
    await consume(
      store.first,
      buggyJournal((_, version) => version === 2),
      batchOf(events, 0n),
    );
    await store.retry(id);
    const other = await store.pool.connect();
    await other.query('begin');
    await other.query('update projection_versions set parked = true');
    await other.query(
      `insert into parked_events (projection, key, topic, partition, record_offset, record_time, record_key, value, headers)
       select projection, key, topic, 1, 99, record_time, record_key, value, headers from parked_events`,
    );
    const done = processAll(store.processor(journal, { pool: store.otherPool }));
    await eventually(() => store.someoneWaits(), { describe: 'a wait for the key' });
    await other.query('commit');
    other.release();
    await done;

    expect(await store.written(id)).toEqual([1, 2]);
    expect([await store.parked(), await store.isFlagged(id)]).toEqual([[], false]);
  });
});

describe('a version gap', () => {
  const events = history(500);
  const id = events[0]!.aggregateId;
  const asked: unknown[] = [];
  const source: EventSource = {
    findUnknown: () => Promise.resolve([]),
    readStream(stream, range) {
      asked.push({ ...stream, ...range });
      return Promise.resolve(events.slice((range.fromVersion ?? 1) - 1, range.toVersion));
    },
  };
  const sourceOf = () => source;
  const sourceOfNothing = () => ({ ...source, readStream: () => Promise.resolve([]) });

  it('is closed by a retry with what the event store has', async () => {
    await consume(store.first, journal, batchOf([events[0]!, ...events.slice(450)], 0n));
    expect((await store.parkedOffsets())[0]).toEqual([1, 'version-gap']);

    await store.retry(id);
    await processAll(store.processor(journal, { sourceOf }));

    expect(await store.written(id)).toEqual(events.map(({ version }) => version));
    expect(await store.parked()).toEqual([]);
    expect(asked[0]).toMatchObject({
      aggregateType: 'user',
      aggregateId: id,
      fromVersion: 2,
      toVersion: 201,
    });
  });

  describe('is filled before it parks anything', () => {
    function consumeWith(readStream: EventSource['readStream'], batch: Parameters<typeof consume>[2]) {
      const logger = pino({ level: 'silent' });
      const sourceOfGaps = () => ({ ...source, readStream });
      const setAside = () => Promise.resolve();
      const verifier = new RecordVerifier({ sourceOf: sourceOfGaps, setAside, logger });
      return consume(new ProjectionRuntime(store.pool, logger, { verifier }), journal, batch);
    }

    it('up to an event that is at fault itself', async () => {
      const refused = history(2, id, 'Zoe')[1]!;

      await consumeWith(() => Promise.resolve([refused]), batchOf([events[0]!, events[2]!, events[3]!], 0n));

      expect(await store.written(id)).toEqual([1]);
      expect(await store.parkedOffsets()).toEqual([
        [1, 'database-refused'],
        [2, null],
      ]);
    });

    it('as long as it is short, and so are all of its batch together', async () => {
      const long = history(1_003);
      const users = Array.from({ length: 11 }, () => history(1_002));
      const all = [long, ...users];
      const read: EventSource['readStream'] = ({ aggregateId }, range) => {
        const stream = all.find(([first]) => first!.aggregateId === aggregateId)!;
        return Promise.resolve(stream.slice((range.fromVersion ?? 1) - 1, range.toVersion));
      };

      await consumeWith(
        read,
        batchOf(
          all.flatMap((stream) => [stream[0]!, stream.at(-1)!]),
          0n,
        ),
      );

      expect(await store.parkedOffsets()).toEqual([
        [1, 'version-gap'],
        [23, 'version-gap'],
      ]);
      for (const stream of users.slice(0, 10))
        expect(await store.written(stream[0]!.aggregateId)).toHaveLength(1_002);
    });
  });

  it('stays if nobody has the missing events', async () => {
    await consume(store.first, journal, batchOf([events[0]!, events[2]!, events[3]!], 0n));
    await store.retry(id);

    await processAll(store.processor(journal, { sourceOf: sourceOfNothing }));

    expect(await store.parked()).toMatchObject([
      { offset: 1, code: 'version-gap', attempts: 6, mark: null },
      { offset: 2, code: null },
    ]);
  });

  it('is closed by a discard up to the event that is discarded', async () => {
    await consume(store.first, journal, batchOf([events[0]!, events[4]!, events[5]!], 0n));
    await store.discard(id);

    await processAll(store.processor(journal, { sourceOf }));

    expect(await store.written(id)).toEqual([1, 2, 3, 4, 6]);
    expect(await store.isFlagged(id)).toBe(false);
  });

  it('that an invented version makes does not swallow true events when it is discarded', async () => {
    const invented = { ...events[1]!, version: 999_999 };
    await consume(store.first, journal, batchOf([events[0]!, invented, events[1]!, events[2]!], 0n));
    await store.discard(id);

    await processAll(store.processor(journal, { sourceOf: sourceOfNothing }));

    expect(await store.written(id)).toEqual([1, 2, 3]);
  });
});

describe('a discard', () => {
  it('takes the version of the first event without its effect, and lets the others go on', async () => {
    const events = history(4);
    const id = events[0]!.aggregateId;
    await consume(store.first, buggyJournal((_, version) => version === 2), batchOf(events, 0n)); // prettier-ignore
    expect(await store.discard(id)).toBe(1);
    expect(await store.discard(randomUUID())).toBe(0);

    await processAll(store.processor(buggyJournal((_, version) => version === 2)));
    await consume(store.first, journal, batchOf(history(5, id).slice(4), 4n));

    expect(await store.written(id)).toEqual([1, 3, 4, 5]);
    expect(await store.isFlagged(id)).toBe(false);
  });

  it('discards one event: the next one at fault is parked by itself', async () => {
    const events = history(4);
    const bug = buggyJournal((_, version) => version === 2 || version === 3);
    await consume(store.first, bug, batchOf(events, 0n));
    await store.discard(events[0]!.aggregateId);

    await processAll(store.processor(bug));

    expect(await store.parked()).toMatchObject([
      { offset: 2, code: 'projection-failed', attempts: 1, mark: null },
      { offset: 3 },
    ]);
  });
});

import { randomUUID } from 'node:crypto';
import { eventually } from '@eventfleet/testing';
import { readParkedTotals } from './read-parked.js';
import {
  buggyJournal,
  consume,
  journal,
  useRuntimes,
  processAll,
} from '../runtime/projection-runtime.fixture.js';
import { batchOf, history, interleaved, TOPIC } from '../runtime/record-batches.fixture.js';

const store = useRuntimes();

describe('an event at fault', () => {
  it('is parked after five attempts, its later events behind it, and everyone else goes on', async () => {
    const [poisoned, well] = [history(4), history(4)];
    const id = poisoned[0]!.aggregateId;
    const bug = buggyJournal((user, version) => user === id && version === 2);

    expect(await consume(store.first, bug, batchOf(interleaved(poisoned, well), 0n))).toEqual({
      failures: 4,
    });

    expect(await store.written(well[0]!.aggregateId)).toEqual([1, 2, 3, 4]);
    expect(await store.written(id)).toEqual([1]);
    expect(await store.parked()).toMatchObject([
      { key: id, offset: 2, code: 'projection-failed', attempts: 5, mark: null },
      { key: id, offset: 4, code: null, attempts: 0 },
      { key: id, offset: 6, code: null, attempts: 0 },
    ]);
    expect((await store.parked())[0]!.message).toMatch(
      /^writing-down: TypeError at projection-runtime\.fixture\.(spec\.)?(ts|js):\d+$/,
    );
    expect(await store.isFlagged(id)).toBe(true);
    expect((await store.checkpoint())?.next).toBe(8n);
  });

  it('keeps later batches of its key behind it, after a restart and in another process too', async () => {
    const events = history(6);
    const id = events[0]!.aggregateId;
    const bug = buggyJournal((user, version) => user === id && version === 1);
    await consume(store.first, bug, batchOf(events.slice(0, 2), 0n));

    expect(await consume(store.another(), journal, batchOf(events.slice(2, 4), 2n))).toEqual({ failures: 0 });
    expect(await consume(store.first, journal, batchOf(events.slice(4), 4n))).toEqual({ failures: 0 });

    expect(await store.written(id)).toEqual([]);
    expect((await store.parkedOffsets()).map(([offset]) => offset)).toEqual([0, 1, 2, 3, 4, 5]);
    await store.retry(id);
    await processAll(store.processor(journal));
    expect(await store.written(id)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await store.isFlagged(id)).toBe(false);
    expect(await store.parked()).toEqual([]);
  });

  it('is found by bisection if only the database refuses it', async () => {
    const users = Array.from({ length: 60 }, () => history(3));
    const bad = [7, 8, 40].map((index) => history(3, users[index]![0]!.aggregateId, 'Zoe'));
    for (const [place, index] of [7, 8, 40].entries()) users[index] = bad[place]!;

    await consume(store.first, journal, batchOf(interleaved(...users), 0n));

    for (const [index, events] of users.entries()) {
      expect(await store.written(events[0]!.aggregateId)).toEqual(
        [7, 8, 40].includes(index) ? [1] : [1, 2, 3],
      );
    }
    const message = 'SQLSTATE 23514, table journal, constraint no_zoe';
    expect(await store.parked()).toEqual([
      ...[67, 68, 100].map((offset) =>
        expect.objectContaining({ offset, code: 'database-refused', message }),
      ),
      ...[127, 128, 160].map((offset) => expect.objectContaining({ offset, code: null })),
    ]);
  });

  it('is found in a batch in which every event is at fault, in chunks', async () => {
    const users = Array.from({ length: 450 }, () => history(2, randomUUID(), 'Zoe'));
    await consume(
      store.first,
      journal,
      batchOf(
        users.map(([created]) => created!),
        0n,
      ),
    );

    await consume(
      store.first,
      journal,
      batchOf(
        users.map(([, updated]) => updated!),
        450n,
      ),
    );

    expect((await readParkedTotals(store.pool)).get('writing-down')).toEqual({ keys: 450, events: 450 });
    expect((await store.checkpoint())?.next).toBe(900n);
  });

  it('is found in transactions of bounded time, however slow the statements are', async () => {
    const users = Array.from({ length: 12 }, () => history(1));
    const slow: typeof journal = {
      ...journal,
      prepare: (...runs) => [
        { text: 'select pg_sleep(0.3)', values: [] },
        {
          text: `insert into journal (id, version, name) values ($1, $2, 'Zoe')`,
          values: [randomUUID(), runs[0]!.events.length],
        },
      ],
    };

    const runtime = store.another();
    const batch = batchOf(users.flat(), 0n);
    for (let attempt = 0; attempt < 4; attempt++) await expect(runtime.apply(slow, batch)).rejects.toThrow();

    const { next } = await runtime.apply(slow, batch);
    expect([next > 0n, next < 12n]).toEqual([true, true]);
    await consume(runtime, slow, {
      ...batch,
      messages: batch.messages.slice(Number(next)),
      firstOffset: next,
    });

    expect(await store.parked()).toHaveLength(12);
  });

  it('is found if a constraint is checked only at the commit', async () => {
    await store.pool.query(
      'create table named (name text unique); alter table journal add constraint known foreign key (name) references named (name) deferrable initially deferred',
    );
    try {
      await store.pool.query(`insert into named values ('Ann')`);
      const [well, bad] = [history(1), history(2)];
      await consume(store.first, journal, batchOf([...well, ...bad], 0n));

      expect(await store.written(well[0]!.aggregateId)).toEqual([1]);
      expect(await store.parkedOffsets()).toEqual([[2, 'database-refused']]);
    } finally {
      await store.pool.query('alter table journal drop constraint known; drop table named');
    }
  });

  it('does not park again what the relay repeats of it, once it is applied', async () => {
    const events = history(3);
    const id = events[0]!.aggregateId;
    const bug = buggyJournal((user, version) => user === id && version === 2);
    await consume(store.first, bug, batchOf(events, 0n));
    await consume(store.first, bug, batchOf(events, 3n));
    expect(await store.parkedOffsets()).toEqual([[1, 'projection-failed'], [2, null], [4, null], [5, null]]); // prettier-ignore

    await store.retry(id);
    await processAll(store.processor(journal));
    await consume(store.first, journal, batchOf(events, 6n));

    expect(await store.written(id)).toEqual([1, 2, 3]);
    expect(await store.parked()).toEqual([]);
    expect(await store.isFlagged(id)).toBe(false);
  });

  it('stays parked when the topic is made anew and read from its start', async () => {
    const events = history(3);
    const id = events[0]!.aggregateId;
    const bug = buggyJournal((user, version) => user === id && version === 2);
    await consume(store.first, bug, batchOf(events, 0n));

    await consume(store.first, bug, batchOf(events, 0n, { identity: { ...TOPIC, topicId: 'another' } }));
    await store.retry(id);
    await processAll(store.processor(journal));

    expect(await store.written(id)).toEqual([1, 2, 3]);
    expect(await store.parked()).toEqual([]);
  });
});

describe('a transient failure', () => {
  it('never parks, however often it comes', async () => {
    const batch = batchOf(history(2), 0n);
    await store.pool.query('alter table journal rename to gone');
    for (let attempt = 0; attempt < 12; attempt++) {
      await expect(store.first.apply(journal, batch)).rejects.toMatchObject({ code: '42P01' });
    }
    await store.pool.query('alter table gone rename to journal');

    expect(await store.first.apply(journal, batch)).toEqual({ next: 2n });
    expect(await store.parked()).toEqual([]);
  });

  it('in the middle of an isolation neither parks nor loses anything', async () => {
    const [poisoned, well] = [history(2), history(2)];
    const bug = buggyJournal((user, version) => user === poisoned[0]!.aggregateId && version === 2);
    const batch = batchOf(interleaved(poisoned, well), 0n);
    const runtime = store.another();
    for (let attempt = 0; attempt < 4; attempt++) {
      await expect(runtime.apply(bug, batch)).rejects.toMatchObject({ code: 'projection-failed' });
    }
    const blocker = await store.pool.connect();
    await blocker.query('begin; lock table journal');
    const isolating = runtime.apply(bug, batch);
    const cut = Promise.allSettled([isolating]);
    await eventually(() => store.someoneWaits(), { describe: 'a wait for the journal' });
    await blocker.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(await cut).toMatchObject([{ status: 'rejected', reason: { code: '57P01' } }]);
    await blocker.query('rollback');
    blocker.release();
    expect(await store.parked()).toEqual([]);

    expect(await consume(runtime, bug, batch)).toEqual({ failures: 0 });
    expect(await store.parkedOffsets()).toEqual([[2, 'projection-failed']]);
    expect(await store.written(well[0]!.aggregateId)).toEqual([1, 2]);
  });
});

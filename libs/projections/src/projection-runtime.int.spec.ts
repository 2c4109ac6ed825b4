import { eventually } from '@eventfleet/testing';
import {
  batchOf,
  counter,
  history,
  startRuntimes,
  TOPIC,
  type RuntimeFixture,
} from './projection-runtime.fixture.js';

let store: RuntimeFixture;
beforeAll(async () => {
  store = await startRuntimes();
});
beforeEach(() => store.clear());
afterAll(() => store.close());

describe('a batch is applied once', () => {
  it('and moves the checkpoint with it', async () => {
    expect(await store.first.apply(counter, batchOf(history(3), 0n))).toEqual({ next: 3n });

    expect(await store.count()).toBe(3);
    expect(await store.checkpoint()).toEqual({ next: 3n, topicId: 'topic' });
  });

  it('though a message was published twice', async () => {
    const [one, two, three] = history(3) as [never, never, never];

    expect(await store.first.apply(counter, batchOf([one, two, one, two, three], 0n))).toEqual({ next: 5n });

    expect(await store.count()).toBe(3);
  });

  it('though it is read again from offset 0, in whole or with more behind it', async () => {
    const events = history(5);
    await store.first.apply(counter, batchOf(events.slice(0, 3), 0n, { logEnd: 5n }));

    expect(await store.first.apply(counter, batchOf(events.slice(0, 3), 0n, { logEnd: 5n }))).toEqual({
      next: 3n,
    });
    expect(await store.first.apply(counter, batchOf(events, 0n))).toEqual({ next: 5n });

    expect(await store.count()).toBe(5);
  });

  it('and where to begin is told without one', async () => {
    const nothing = { ...batchOf([], 0n), firstOffset: -1n, lastOffset: -2n };
    expect(await store.first.apply(counter, nothing)).toEqual({ next: 0n });
    await store.first.apply(counter, batchOf(history(3), 0n));

    expect(await store.first.apply(counter, nothing)).toEqual({ next: 3n });
    expect(
      await store.first.apply(counter, { ...nothing, identity: { ...TOPIC, topicId: 'another' } }),
    ).toEqual({
      next: 0n,
    });
  });

  it('and not before what is missing in front of it', async () => {
    const events = history(5);

    expect(await store.first.apply(counter, batchOf(events.slice(2), 2n))).toEqual({ next: 0n });

    expect(await store.count()).toBe(0);
    expect((await store.checkpoint())?.next ?? 0n).toBe(0n);
  });

  it('when two consumers bring it at the same time', async () => {
    const batch = batchOf(history(50), 0n);

    const results = await Promise.all(
      [store.first, store.second].map((runtime) => runtime.apply(counter, batch)),
    );

    expect(results).toEqual([{ next: 50n }, { next: 50n }]);
    expect(await store.count()).toBe(50);
  });

  it('when a second consumer brings it while the first one is at it', async () => {
    const batch = batchOf(history(4), 0n);
    const blocker = await store.pool.connect();
    await blocker.query('begin');
    await blocker.query('lock table counters in access exclusive mode');
    const results = [1, 2].map(() => store.second.apply(counter, batch));
    await eventually(async () => {
      const { rowCount } = await store.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 2;
    });
    await blocker.query('commit');
    blocker.release();

    expect(await Promise.all(results)).toEqual([{ next: 4n }, { next: 4n }]);
    expect(await store.count()).toBe(4);
  });
});

describe('a consumer that has lost its partition', () => {
  it('cannot write, and is sent to where the new owner stands', async () => {
    const events = history(6);
    const late = batchOf(events.slice(0, 4), 0n);
    await store.second.apply(counter, batchOf(events, 0n));

    expect(await store.first.apply(counter, late)).toEqual({ next: 6n });

    expect(await store.count()).toBe(6);
    expect((await store.checkpoint())?.next).toBe(6n);
  });

  it('waits for the new owner where that one is at it, and then sees what it wrote', async () => {
    const batch = batchOf(history(4), 0n);
    const owner = await store.pool.connect();
    await store.first.apply(counter, batchOf(history(1), 0n));
    await owner.query('begin');
    await owner.query('select 1 from projection_checkpoints for update');
    const late = store.second.apply(counter, batch);
    await eventually(() => store.someoneWaits(), { describe: 'a wait for the checkpoint' });
    await owner.query('update projection_checkpoints set next_offset = 9');
    await owner.query('commit');
    owner.release();

    expect(await late).toEqual({ next: 9n });
    expect(await store.count()).toBe(1);
  });
});

describe('offsets that mean something else now', () => {
  it('of a topic made anew start over, and what was applied is not applied again', async () => {
    const events = history(4);
    await store.first.apply(counter, batchOf(events, 0n));
    const identity = { ...TOPIC, topicId: 'another' };
    const more = [...events, ...history(2)];

    expect(await store.first.apply(counter, batchOf(more.slice(5), 5n, { identity }))).toEqual({ next: 0n });
    expect(await store.first.apply(counter, batchOf(more, 0n, { identity }))).toEqual({ next: 6n });

    expect(await store.count()).toBe(6);
    expect(await store.checkpoint()).toEqual({ next: 6n, topicId: 'another' });
  });

  it('of another cluster start over too, though its topic has the same id', async () => {
    const events = history(4);
    await store.first.apply(counter, batchOf(events, 0n));
    const identity = { ...TOPIC, clusterId: 'another' };

    expect(await store.first.apply(counter, batchOf([...events, ...history(1)], 0n, { identity }))).toEqual({
      next: 5n,
    });
    expect(await store.first.apply(counter, batchOf(history(2), 5n))).toEqual({ next: 0n });

    expect(await store.count()).toBe(5);
  });

  it('of a log that lost its end are read again, once it is sure that the batch is not just late', async () => {
    const events = history(5);
    await store.first.apply(counter, batchOf(events, 0n));
    const [one, two, three] = events as [never, never, never];
    const other = history(1);
    const shorter = batchOf([one, two, three, ...other], 0n);

    expect(await store.first.apply(counter, shorter)).toEqual({ next: 5n });
    expect(await store.count()).toBe(5);
    expect(await store.first.apply(counter, shorter)).toEqual({ next: 4n });

    expect(await store.count()).toBe(6);
    expect((await store.checkpoint())?.next).toBe(4n);
  });
});

describe('an event that cannot be applied', () => {
  it('stops its batch when a version is missing before it, and nothing is written', async () => {
    const [one, , three] = history(3) as [never, never, never];

    await expect(store.first.apply(counter, batchOf([one, three], 0n))).rejects.toMatchObject({
      code: 'version-gap',
      message: expect.stringContaining('version 3 of'),
    });

    expect(await store.count()).toBe(0);
    expect((await store.checkpoint())?.next ?? 0n).toBe(0n);
  });

  it('stops its batch when it cannot be read, and says where, but not what', async () => {
    const batch = batchOf(history(1), 0n);
    const unreadable = { ...batch, messages: batch.messages.map((message) => ({ ...message, headers: {} })) };

    await expect(store.first.apply(counter, unreadable)).rejects.toMatchObject({
      code: 'undecodable',
      message: expect.stringMatching(/^counting: offset 0 of partition 0 cannot be read: (?!.*ann@example)/),
    });
  });

  it('leaves no trace when a statement fails, and applies at the next attempt', async () => {
    const batch = batchOf(history(2), 0n);
    await store.pool.query('alter table counters rename to gone');
    await expect(store.first.apply(counter, batch)).rejects.toMatchObject({ code: '42P01' });
    await store.pool.query('alter table gone rename to counters');

    expect(await store.first.apply(counter, batch)).toEqual({ next: 2n });

    expect(await store.count()).toBe(2);
  });
});

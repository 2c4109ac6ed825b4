import { jest } from '@jest/globals';
import { someUsers, startReadSide, type ReadSideFixture } from './projector.fixture.js';

jest.setTimeout(60_000);

const TABLES =
  'user_list, user_stats, user_stats_days, projection_versions, projection_checkpoints, parked_events';

let readSide: ReadSideFixture;
beforeEach(async () => {
  readSide = await startReadSide();
});
afterEach(() => readSide.close());

describe('rows and counters are exact', () => {
  it('after every message was published twice, a deleted user included', async () => {
    const { events, expected } = someUsers(60);
    await readSide.start();

    await readSide.publish(events);
    await readSide.publish(events);

    expect(await readSide.caughtUp()).toEqual(expected);
  });

  it('after the group forgot its offsets and read everything again', async () => {
    const { events, expected } = someUsers(60);
    const first = await readSide.start();
    await readSide.publish(events);
    await readSide.caughtUp();
    await first.stop();

    await readSide.withAdmin((admin) =>
      admin.deleteGroups(['user-list', 'user-stats'].map(readSide.groupOf)),
    );
    await readSide.start();
    const more = someUsers(3);
    await readSide.publish(more.events);

    expect((await readSide.caughtUp()).total).toBe(expected.total + more.expected.total);
    expect((await readSide.caughtUp()).users).toHaveLength(
      expected.users.length + more.expected.users.length,
    );
  });

  it('where the offset in Kafka is ahead of the checkpoint', async () => {
    const { events, expected } = someUsers(60);
    const first = await readSide.start();
    await readSide.publish(events);
    await readSide.caughtUp();
    await first.stop();

    await readSide.pool.query(`truncate ${TABLES}`);
    await readSide.start();

    expect(await readSide.caughtUp()).toEqual(expected);
  });

  it('where the read store lost them under a running projector, and nothing new arrives', async () => {
    const { events, expected } = someUsers(60);
    await readSide.start();
    await readSide.publish(events);
    await readSide.caughtUp();

    await readSide.pool.query(`truncate ${TABLES}`);

    expect(await readSide.caughtUp()).toEqual(expected);
  });

  it('while copies come and go', async () => {
    const all = Array.from({ length: 12 }, () => someUsers(15));
    const first = await readSide.start();
    for (const [index, { events }] of all.entries()) {
      await readSide.publish(events);
      if (index === 3) await readSide.start();
      if (index === 7) await first.stop();
    }

    const shown = await readSide.caughtUp();

    expect(shown.total).toBe(12 * 15);
    expect(shown.deleted).toBe(12 * 5);
    const expected = all
      .flatMap(({ expected: { users } }) => users)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(shown.users).toEqual(expected);
  });

  it('after the topic was made anew and everything was published again', async () => {
    const { events } = someUsers(30);
    await readSide.start();
    await readSide.publish(events);
    await readSide.caughtUp();

    await readSide.remakeTopic();
    const more = someUsers(30);
    await readSide.publish([...events, ...more.events]);

    const shown = await readSide.caughtUp();
    expect(shown.total).toBe(60);
    expect(shown.deleted).toBe(20);
    expect(shown.users).toHaveLength(40);
  });
});

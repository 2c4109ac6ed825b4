import { someUsers, startProjectorFixture, type ProjectorFixture } from './projector.fixture.js';

const TABLES =
  'user_list, user_stats, user_stats_days, projection_versions, projection_checkpoints, parked_events';

let fixture: ProjectorFixture;
beforeEach(async () => {
  fixture = await startProjectorFixture();
});
afterEach(() => fixture.close());

describe('rows and counters are exact', () => {
  it('after every message was published twice, a deleted user included', async () => {
    const { events, expected } = someUsers(60);
    await fixture.start();

    await fixture.publish(events);
    await fixture.publish(events);

    expect(await fixture.caughtUp()).toEqual(expected);
  });

  it('after the group forgot its offsets and read everything again', async () => {
    const { events, expected } = someUsers(60);
    const first = await fixture.start();
    await fixture.publish(events);
    await fixture.caughtUp();
    await first.stop();

    await fixture.deleteGroups('user-list', 'user-stats');
    await fixture.start();
    const more = someUsers(3);
    await fixture.publish(more.events);

    expect((await fixture.caughtUp()).total).toBe(expected.total + more.expected.total);
    expect((await fixture.caughtUp()).users).toHaveLength(expected.users.length + more.expected.users.length);
  });

  it('if the offset in Kafka is ahead of the checkpoint', async () => {
    const { events, expected } = someUsers(60);
    const first = await fixture.start();
    await fixture.publish(events);
    await fixture.caughtUp();
    await first.stop();

    await fixture.pool.query(`truncate ${TABLES}`);
    await fixture.start();

    expect(await fixture.caughtUp()).toEqual(expected);
  });

  it('if the read store lost them under a running projector, and nothing new arrives', async () => {
    const { events, expected } = someUsers(60);
    await fixture.start();
    await fixture.publish(events);
    await fixture.caughtUp();

    await fixture.pool.query(`truncate ${TABLES}`);

    expect(await fixture.caughtUp()).toEqual(expected);
  });

  it('while copies come and go', async () => {
    const all = Array.from({ length: 12 }, () => someUsers(15));
    const first = await fixture.start();
    for (const [index, { events }] of all.entries()) {
      await fixture.publish(events);
      if (index === 3) await fixture.start();
      if (index === 7) await first.stop();
    }

    const shown = await fixture.caughtUp();

    expect(shown.total).toBe(12 * 15);
    expect(shown.deleted).toBe(12 * 5);
    const expected = all
      .flatMap(({ expected: { users } }) => users)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    expect(shown.users).toEqual(expected);
  });

  it('after the topic was made anew and everything was published again', async () => {
    const { events } = someUsers(30);
    await fixture.start();
    await fixture.publish(events);
    await fixture.caughtUp();

    await fixture.remakeTopic();
    const more = someUsers(30);
    await fixture.publish([...events, ...more.events]);

    const shown = await fixture.caughtUp();
    expect(shown.total).toBe(60);
    expect(shown.deleted).toBe(20);
    expect(shown.users).toHaveLength(40);
  });
});

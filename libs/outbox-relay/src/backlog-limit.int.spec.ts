import { once } from 'node:events';
import { pino } from 'pino';
import { eventually } from '@eventfleet/testing';
import { BacklogLimit } from './backlog-limit.js';
import { estimateBacklog } from './read-backlog.js';
import { startRelayFixture, type RelayFixture } from './relay.fixture.js';

let fixture: RelayFixture;
let limits: BacklogLimit[] = [];
beforeEach(async () => {
  fixture = await startRelayFixture();
});
afterEach(async () => {
  await Promise.all(limits.map((limit) => limit.stop()));
  limits = [];
  await fixture.close();
});

function startLimit(limit: number, lookEveryMs = 1_000): BacklogLimit {
  const started = new BacklogLimit({
    pool: fixture.pool,
    relay: 'kafka',
    logger: pino({ level: 'silent' }),
    limit,
    lookEveryMs,
  });
  limits.push(started);
  started.start();
  return started;
}

/** As a relay that publishes nothing any more leaves it. */
async function publishedUpToHere(): Promise<void> {
  await fixture.startRelay().stop();
  await fixture.pool.query(`insert into relay_checkpoints (relay) values ('kafka') on conflict do nothing`);
}

describe('BacklogLimit', () => {
  it('is passed in every process, and no longer once the relay has caught up', async () => {
    await publishedUpToHere();
    const [one, other] = [startLimit(20), startLimit(20)];
    const ids = await fixture.store(20);
    one.stored(20);
    await eventually(async () => (await estimateBacklog(fixture.pool, 'kafka')) === 20);
    expect([one.isPassed, other.isPassed]).toEqual([false, false]);
    await fixture.store(10, ids, 3);
    one.stored(10);
    await eventually(() => one.isPassed && other.isPassed, { deadlineMs: 3_000 });
    fixture.startRelay();
    await fixture.drained();
    await eventually(() => !one.isPassed && !other.isPassed, { deadlineMs: 3_000 });
  });

  it('is looked at in time where this process alone may pass it', async () => {
    await publishedUpToHere();
    const looked = once(fixture.pool, 'release');
    const limit = startLimit(20, 60_000);
    await looked;
    await fixture.store(30);
    for (let n = 0; n < 30; n++) limit.stored(1);
    await eventually(() => limit.isPassed, { deadlineMs: 3_000 });
  });

  it('does not count positions that rolled back', async () => {
    await publishedUpToHere();
    await fixture.pool.query(
      `select nextval(pg_get_serial_sequence('events', 'global_position')) from generate_series(1, 500)`,
    );
    await fixture.store(10);
    expect(await estimateBacklog(fixture.pool, 'kafka')).toBeGreaterThan(500);
    const counts = new Promise<void>((resolve) => {
      let queries = 0;
      fixture.pool.on('release', () => ++queries === 2 && resolve());
    });
    const limit = startLimit(100);
    await counts;
    await limit.stop();
    expect(limit.isPassed).toBe(false);
  });
});

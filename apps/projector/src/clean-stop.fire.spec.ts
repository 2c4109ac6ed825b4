import { createPool } from '@eventfleet/postgres';
import { eventually } from '@eventfleet/testing';
import { startProjectorFixture } from './projector.fixture.js';

it('a projector stops in time though the read store does not answer', async () => {
  const fixture = await startProjectorFixture();
  const locker = createPool({ url: fixture.storeUrl, applicationName: 'locker', max: 1, timeoutMs: 0 });
  const client = await locker.connect();
  try {
    const projector = await fixture.start();
    await client.query('begin');
    await client.query('lock table parked_events in access exclusive mode');
    await eventually(async () => {
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      return ((await fixture.pool.query(waiting)).rowCount ?? 0) > 0;
    });
    const begun = Date.now();

    await projector.stop();

    // The server gives the statement up after five seconds.
    expect(Date.now() - begun).toBeLessThan(4_000);
  } finally {
    client.release(true);
    await locker.end();
    await fixture.close();
  }
});

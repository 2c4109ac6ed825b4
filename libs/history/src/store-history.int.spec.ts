import { migrateEventStore } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase } from '@eventfleet/testing';
import { acceptIdentity, mayLackEvents } from './store-history.js';

it('a store may lack events until its server and its timeline are compared', async () => {
  const database = await createTestDatabase('lacks');
  await migrateEventStore(database.url);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 1 });
  expect(await mayLackEvents(pool)).toBe(false);

  for (const change of ['timeline = timeline + 1', `system_identifier = 'another'`]) {
    await pool.query(`update history set ${change}`);
    expect(await mayLackEvents(pool)).toBe(true);
    await acceptIdentity(pool);
    expect(await mayLackEvents(pool)).toBe(false);
  }
  await pool.end();
  await database.drop();
});

import pg from 'pg';
import { createTestDatabase } from '@eventfleet/testing';
import { migrateEventStore } from './migrate.js';

it('several first migrations at once make one database, and one of them its tables', async () => {
  const present = await createTestDatabase('migrate');
  const url = new URL(present.url);
  url.pathname += '_new';
  const ran = await Promise.all(Array.from({ length: 6 }, () => migrateEventStore(url.href)));
  expect(ran.filter((names) => names.length > 0)).toHaveLength(1);

  const admin = new pg.Client({ connectionString: present.url });
  await admin.connect();
  await admin.query(`drop database ${admin.escapeIdentifier(url.pathname.slice(1))} with (force)`);
  await admin.end();
  await present.drop();
});

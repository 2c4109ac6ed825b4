import { randomUUID } from 'node:crypto';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase } from '@eventfleet/testing';
import { migrateEventStore } from '../migrate.js';
import { readKeys } from './key-table.js';

it('readKeys reads no more than it is asked for, also by a plan that the server keeps since the table was small', async () => {
  const database = await createTestDatabase('key-table', migrateEventStore);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 1 });
  const client = await pool.connect();
  const ids = Array.from({ length: 20 }, () => randomUUID());
  await client.query('begin');
  for (let time = 0; time < 10; time++) await readKeys(client, 'user', ids);
  await client.query(
    `insert into personal_data_keys (aggregate_type, aggregate_id, kid, wrapped)
     select 'user', id, 'k', 'w'
     from (select gen_random_uuid() as id from generate_series(1, 5000) union all select unnest($1::uuid[])) as new`,
    [ids],
  );

  const keys = await readKeys(client, 'user', ids);

  const { rows } = await client.query<{ read: number }>(
    `select (seq_tup_read + idx_tup_fetch)::integer as read from pg_stat_xact_user_tables
     where relname = 'personal_data_keys'`,
  );
  await client.query('rollback');
  client.release();
  await pool.end();
  await database.drop();
  expect([...keys.values()]).toEqual(ids.map(() => ({ kind: 'key', kid: 'k', wrapped: 'w' })));
  // To join is to read all 5,020.
  expect(rows[0]!.read).toBeLessThanOrEqual(40);
});

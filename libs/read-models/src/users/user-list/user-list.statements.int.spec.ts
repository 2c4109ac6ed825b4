import { randomUUID } from 'node:crypto';
import { withArrayTexts } from '@eventfleet/postgres';
import { startReadStore } from '../../read-store.fixture.js';
import { updateUsers } from './user-list.statements.js';

it('updateUsers reads no more than it updates, also by a plan that the server keeps since the table was small', async () => {
  const store = await startReadStore();
  const client = await store.pool.connect();
  const ids = Array.from({ length: 20 }, () => randomUUID());
  const updatedAt = '2026-01-02T03:04:05.678Z';
  const update = () =>
    client.query(withArrayTexts(updateUsers(ids.map((id) => ({ id, name: 'Bea', version: 2, updatedAt })))));
  await client.query('begin');
  for (let time = 0; time < 10; time++) await update();
  await client.query(
    `insert into user_list (id, name, email, email_key, status, version, created_at, updated_at)
     select id, 'Ann', 'a', 'a', 'active', 1, now(), now()
     from (select gen_random_uuid() as id from generate_series(1, 5000) union all select unnest($1::uuid[])) as new`,
    [ids],
  );

  const { rowCount } = await update();

  const { rows } = await client.query<{ read: number }>(
    `select (seq_tup_read + idx_tup_fetch)::integer as read from pg_stat_xact_user_tables where relname = 'user_list'`,
  );
  await client.query('rollback');
  client.release();
  await store.close();
  expect(rowCount).toBe(20);
  // To join is to read all 5,020.
  expect(rows[0]!.read).toBeLessThanOrEqual(200);
});

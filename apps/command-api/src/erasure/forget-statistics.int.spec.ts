import { randomUUID } from 'node:crypto';
import { createPool } from '@eventfleet/postgres';
import { eraseRows, forgetStatistics } from '@eventfleet/projections';
import { migrateReadStore, readModels } from '@eventfleet/read-models';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import type pg from 'pg';

const userList = readModels.find(({ name }) => name === 'user-list')!;

let database: TestDatabase;
let pool: pg.Pool;
beforeEach(async () => {
  database = await createTestDatabase('statistics', migrateReadStore);
  pool = createPool({ url: database.url, applicationName: 'test', max: 2 });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

async function insertUser(name: string): Promise<string> {
  const id = randomUUID();
  await pool.query(
    `insert into user_list (id, name, email, email_key, status, version, created_at, updated_at)
     values ($1, $2, $2 || '@example.org', $2 || '@example.org', 'active', 1, now(), now())`,
    [id, name],
  );
  return id;
}

async function knows(name: string): Promise<boolean> {
  const { rows } = await pool.query<{ text: string }>(
    `select s::text as text from pg_stats s where tablename = 'user_list'`,
  );
  return rows.some(({ text }) => text.includes(name));
}

describe('what the planner keeps of a user who is erased', () => {
  it.each([
    ['beside others', ['bea', 'carl']],
    ['as the last one', []],
  ])('is forgotten: %s', async (_, others) => {
    const id = await insertUser('zacharias');
    for (const other of ['bea', 'carl']) await insertUser(other);
    await pool.query('analyze user_list');
    expect(await knows('zacharias')).toBe(true);

    await pool.query(`delete from user_list where id <> $1 and name <> all ($2)`, [id, others]);
    await eraseRows(pool, userList, { aggregateId: id, version: 0 });
    await forgetStatistics(pool, userList);

    expect(await knows('zacharias')).toBe(false);
    for (const other of others) expect(await knows(other)).toBe(true);
  });

  it('is not passed over in silence if the role may not see to it', async () => {
    const role = `eraser_${randomUUID().replaceAll('-', '')}`;
    await pool.query(
      `create role ${role} login password 'secret'; grant select, delete on user_list to ${role}`,
    );
    const url = new URL(database.url);
    [url.username, url.password] = [role, 'secret'];
    const eraser = createPool({ url: url.href, applicationName: 'test', max: 1 });
    try {
      await expect(forgetStatistics(eraser, userList)).rejects.toThrow('migrate --print-grants');
    } finally {
      await eraser.end();
      await pool.query(`drop owned by ${role}; drop role ${role}`);
    }
  });
});

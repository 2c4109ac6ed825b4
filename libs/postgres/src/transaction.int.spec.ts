import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { pipeline } from './pipeline.js';
import { createPool } from './pool.js';
import { withPipelinedTransaction, withTransaction } from './transaction.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase('transactions');
  pool = createPool({ url: database.url, applicationName: 'test', max: 1, pipeline: true });
  await pool.query('create table numbers (number integer primary key)');
});
beforeEach(() => pool.query('truncate numbers'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const insert = { text: 'insert into numbers values ($1)', values: [1] };
const count = async () => (await pool.query('select from numbers')).rowCount;

describe('withTransaction', () => {
  it('commits what the work did, and returns its result', async () => {
    expect(await withTransaction(pool, async (client) => (await client.query(insert)).rowCount)).toBe(1);
    expect(await count()).toBe(1);
  });

  it('rolls back when the work throws, and the pool can be used again', async () => {
    const failed = withTransaction(pool, async (client) => {
      await client.query(insert);
      throw new TypeError('a bug');
    });
    await expect(failed).rejects.toThrow('a bug');
    expect(await count()).toBe(0);
  });
});

describe('withPipelinedTransaction', () => {
  it('leaves begin and commit to the work', async () => {
    await withPipelinedTransaction(pool, (client) => pipeline(client, ['begin', insert, 'commit']));
    expect(await count()).toBe(1);
  });

  it('rolls back when a statement fails, and the pool can be used again', async () => {
    const failed = withPipelinedTransaction(pool, (client) =>
      pipeline(client, ['begin', insert, insert, 'commit']),
    );
    await expect(failed).rejects.toMatchObject({ code: '23505' });
    expect(await count()).toBe(0);
  });

  it('rolls back what the work has not committed when it throws', async () => {
    const failed = withPipelinedTransaction(pool, async (client) => {
      await pipeline(client, ['begin', insert]);
      throw new TypeError('a bug');
    });
    await expect(failed).rejects.toThrow('a bug');
    expect(await count()).toBe(0);
  });
});

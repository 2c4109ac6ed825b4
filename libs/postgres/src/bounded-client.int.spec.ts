import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { createPool } from './pool.js';
import { isConnectionError } from './sql-state.js';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase('bounded');
  // The client waits for a second longer than the server would.
  pool = createPool({ url: database.url, applicationName: 'test', max: 1, timeoutMs: 100, pipeline: true });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** As if the server were frozen: its own bounds do not hold. */
const WITHOUT_BOUNDS = `set statement_timeout = 0; set transaction_timeout = 0; set idle_in_transaction_session_timeout = 0`;

describe('a client of a pool', () => {
  it('gives up on a server that is silent while it owes an answer, and the next one is another', async () => {
    const client = await pool.connect();
    await client.query(WITHOUT_BOUNDS);
    const queries = [client.query('select pg_sleep(5)'), client.query('select 1')];

    const outcomes = await Promise.allSettled(queries);
    client.release(true);

    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected' });
      expect(isConnectionError((outcome as PromiseRejectedResult).reason)).toBe(true);
    }
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('keeps a connection that owes nothing, however long it is silent', async () => {
    const pid = async () =>
      (await pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid;
    const before = await pid();

    await new Promise((resolve) => setTimeout(resolve, 1_500));

    expect(await pid()).toBe(before);
  });
});

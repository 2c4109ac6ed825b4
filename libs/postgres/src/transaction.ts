import type pg from 'pg';
import { leavesClientUsable } from './sql-state.js';

/**
 * Borrows a client for `work`. A client on which something failed in a way that leaves its state in doubt
 * (a broken connection, a time-out), or whose server takes no writes, is closed, not returned to the pool.
 */
export async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A client that is checked out reports a broken connection by this event too: without a listener it ends the process.
  const ignore = () => undefined;
  client.on('error', ignore);
  let failed = true;
  try {
    const result = await work(client);
    failed = false;
    return result;
  } catch (error) {
    failed = !leavesClientUsable(error);
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(failed);
  }
}

/** Runs `work` between `begin` and `commit`; rolls back when it throws. */
export async function withTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  return withClient(pool, async (client) => {
    await client.query('begin');
    return rollBackOnError(client, async () => {
      const result = await work(client);
      await client.query('commit');
      return result;
    });
  });
}

/**
 * Lends a client to `work`, which itself sends `begin` with its first statements and `commit` with its last ones, so
 * that neither costs a round trip. Rolls back when `work` throws. `work` may also end the transaction early.
 */
export async function withPipelinedTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  return withClient(pool, (client) => rollBackOnError(client, () => work(client)));
}

async function rollBackOnError<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

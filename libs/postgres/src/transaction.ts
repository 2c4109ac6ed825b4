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
    try {
      const result = await work(client);
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      throw error;
    }
  });
}

import type { Writable } from 'node:stream';
import type pg from 'pg';
import { leavesClientUsable } from './sql-state.js';

export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values: unknown[];
}

/**
 * Sends all statements in one write on a pipelining client and waits for all answers. Within a transaction the server
 * refuses everything after a failed statement, and turns a commit into a rollback.
 * @throws the first statement's error; a connection error behind a commit means that the outcome is unknown
 */
export async function pipeline(
  client: pg.ClientBase,
  statements: Iterable<Statement | string>,
): Promise<pg.QueryResult[]> {
  const results = inOneWrite(client, () => Array.from(statements, (statement) => client.query(statement)));
  const settled = await Promise.allSettled(results);
  return settled.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/** Holds back what `send` writes until it returns: the server is woken once, not by every message of every statement. */
function inOneWrite<T>(client: pg.ClientBase, send: () => T): T {
  const stream = streamOf(client);
  stream?.cork();
  try {
    return send();
  } finally {
    stream?.uncork();
  }
}

/** Not in pg's documentation: where it is missing, statements are sent one by one. */
function streamOf(client: pg.ClientBase & { connection?: { stream?: Writable } }): Writable | undefined {
  return client.connection?.stream;
}

/** Like `pipeline`, but takes and sends each statement once the one before it is answered. */
export async function oneByOne(
  client: pg.ClientBase,
  statements: Iterable<Statement | string>,
): Promise<void> {
  for (const statement of statements) await client.query(statement);
}

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

import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { sessionSettings, withPool } from './pool.js';
import { sqlState } from './sql-state.js';
import { withClient } from './transaction.js';

/** A database, and the variable that an operator sets its address by. */
export interface NamedStore {
  readonly variable: string;
  readonly url: string;
}

/** Says in one line why a database cannot be used through the pooler in front of it. */
export class PoolerError extends Error {
  constructor(variable: string, reason: string) {
    super(
      `${variable}: a connection pooler in front of Postgres ${reason}; connect to Postgres directly, or through a ` +
        'pooler in session mode that passes start-up options on (PgBouncer does not)',
    );
    this.name = 'PoolerError';
  }
}

const RETRY_MS = 1_000;
/** Each kind of setting that a pool asks for, at a value that no server has by itself. */
export const PROBE = {
  applicationName: 'eventfleet-pooler-check',
  max: 2,
  timeoutMs: 4_321,
  synchronousCommit: false,
  schema: 'pg_catalog',
  readOnly: true,
} as const;
/** protocol_violation: what PgBouncer refuses a start-up setting with, before it asks for a password. */
const PROTOCOL_VIOLATION = '08P01';

/**
 * For apps: looks at each store until it can be seen, however long that takes; whether it answers, others report.
 * @throws PoolerError if a pooler in front of one shares sessions among clients, or drops their settings
 */
export async function requireOwnSessions(stores: readonly NamedStore[]): Promise<void> {
  await Promise.all(stores.map(requireOwnSession));
}

async function requireOwnSession(store: NamedStore): Promise<void> {
  for (;;) {
    try {
      return await assertOwnSession(store);
    } catch (error) {
      if (error instanceof PoolerError) throw error;
    }
    await delay(RETRY_MS, undefined, { ref: false });
  }
}

/**
 * Every client must have a server session of its own, with the settings that it asked for: transactions are bounded by
 * them, and prepared statements live there.
 * @throws PoolerError if that is not so
 * @throws the error of the connection, if there is none
 */
export async function assertOwnSession({ variable, url }: NamedStore): Promise<void> {
  const reason = await withPool({ ...PROBE, url }, (pool) =>
    withClient(pool, (client) => findReason(pool, client)).catch(reasonOfRefusal),
  );
  if (reason !== undefined) throw new PoolerError(variable, reason);
}

function reasonOfRefusal(error: unknown): string {
  const refused = /unsupported.* startup parameter.*/.exec(error instanceof Error ? error.message : '');
  if (sqlState(error) !== PROTOCOL_VIOLATION || !refused) throw error;
  return `refuses the settings of a session ("${refused[0]}")`;
}

async function findReason(pool: pg.Pool, client: pg.ClientBase): Promise<string | undefined> {
  const asked = sessionSettings(PROBE);
  const settings = await client.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any($1)',
    [Object.keys(asked)],
  );
  const given = new Map(settings.rows.map(({ name, setting }) => [name, setting]));
  const dropped = Object.keys(asked).find((name) => given.get(name) !== asked[name]);
  if (dropped !== undefined)
    return `drops the settings of a session (${dropped} is not as asked for; the URL must not set it either)`;
  return (await sharesSessions(pool, client))
    ? 'is in transaction mode: a client has no session of its own'
    : undefined;
}

/** Looks at which process answers, before and while another client holds a transaction open. */
async function sharesSessions(pool: pg.Pool, client: pg.ClientBase): Promise<boolean> {
  const pid = await backendPid(client);
  // A pooler makes up the process id that a client gets when it connects.
  if (pid === announcedPid(client)) return false;
  if (pid !== (await backendPid(client))) return true;
  return withClient(pool, async (other) => {
    await other.query('begin');
    const isShared = (await backendPid(other)) === pid || (await backendPid(client)) !== pid;
    await other.query('rollback');
    return isShared;
  });
}

async function backendPid(client: pg.ClientBase): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid;
}

/** Not in the types of pg. */
function announcedPid(client: pg.ClientBase & { readonly processID?: number }): number | undefined {
  return client.processID;
}

import { setTimeout as delay } from 'node:timers/promises';
import { callbackify } from 'node:util';
import pg from 'pg';
import { boundedClient } from './bounded-client.js';

export interface PoolOptions {
  readonly url: string;
  /** Shown in `pg_stat_activity`, and in the metric that names a blocking transaction. */
  readonly applicationName: string;
  /** At most this many connections. */
  readonly max: number;
  /** A statement, a transaction and an idle transaction are each bounded by this; 0 for no bound. */
  readonly timeoutMs?: number;
  /**
   * Whether a commit waits for the disk (it does). Without it a crash of the server may lose the last moments, whole
   * transactions at a time: good only for what can be done again.
   */
  readonly synchronousCommit?: boolean;
  /** Where names without a schema are looked for; an identifier, never user text. */
  readonly schema?: string;
  /** Whether the server refuses every write, but for a transaction that begins with `begin read write`. */
  readonly readOnly?: boolean;
  /** Queries on one client are sent without waiting for earlier answers. */
  readonly pipeline?: boolean;
  /** Called with each new connection before anybody gets it; if it rejects, the connection is closed. */
  readonly verify?: (client: pg.ClientBase) => Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 1_500;
const DISCONNECT_MS = 500;

/**
 * A pool whose every transaction is bounded on the server: an open writing transaction holds back the
 * gap-safe tail of the whole server, so none may stay open for ever. A client whose connection broke is
 * dropped from the pool; the caller sees the error of its own query and nothing else.
 */
export function createPool(options: PoolOptions): pg.Pool {
  const timeout = timeoutOf(options);
  const settings = Object.entries(sessionSettings(options));
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.max,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    options: settings.map(([name, value]) => `-c ${name}=${value}`).join(' '),
    // The client's own bound, for a server that does not answer at all; the server's comes first.
    ...(timeout === 0 ? {} : { Client: boundedClient(timeout + 1_000) }),
    ...(options.pipeline ? { pipeline: true } : {}),
    ...(options.verify ? { verify: callbackify(options.verify) } : {}),
  });
  pool.on('error', () => undefined);
  // The pool lets go of a client before its borrower has it: an error that arrives just then would end the process.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return pool;
}

/** What the server is asked for when a connection of such a pool begins; times in milliseconds. */
export function sessionSettings(options: Omit<PoolOptions, 'url'>): Readonly<Record<string, string>> {
  const timeout = String(timeoutOf(options));
  return {
    transaction_timeout: timeout,
    statement_timeout: timeout,
    idle_in_transaction_session_timeout: timeout,
    // Parameters hold personal data: whatever the server's own setting, none goes into its log.
    log_parameter_max_length_on_error: '0',
    ...(options.synchronousCommit === false ? { synchronous_commit: 'off' } : {}),
    ...(options.schema ? { search_path: options.schema } : {}),
    ...(options.readOnly ? { default_transaction_read_only: 'on' } : {}),
  };
}

function timeoutOf({ timeoutMs }: Pick<PoolOptions, 'timeoutMs'>): number {
  return timeoutMs ?? DEFAULT_TIMEOUT_MS;
}

/** Lends a pool for as long as `work` takes. */
export async function withPool<T>(options: PoolOptions, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = createPool(options);
  try {
    return await work(pool);
  } finally {
    await endPool(pool);
  }
}

/** Ends a pool that nobody uses any more. A server that does not answer is waited for half a second. */
export async function endPool(pool: pg.Pool): Promise<void> {
  await Promise.race([pool.end(), delay(DISCONNECT_MS, undefined, { ref: false })]);
}

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  createTestDatabase,
  inheritedEnvironment,
  startApp,
  testServers,
  uniquePrefix,
  type AppProcess,
  type StartAppOptions,
} from '@eventfleet/testing';
import { grantLeastPrivilege, type LeastPrivilege } from './least-privilege.js';

export interface FleetOptions {
  readonly commandApis?: number;
  readonly projectors?: number;
  readonly queryApis?: number;
  /** Added to every app's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** For tests that wait for it again and again: the shortest session that brokers allow where nobody has set a limit. */
export const SHORT_SESSION = { KAFKA_SESSION_TIMEOUT: '6s' };

/**
 * A fleet of built apps as processes, on databases and topics of its own. Each app logs in as its own user, with no more
 * rights than `fleet migrate --print-grants` gives it.
 */
export interface Fleet {
  /** Of the owner of the databases, who may do everything. */
  readonly env: Readonly<Record<string, string>>;
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly topicPrefix: string;
  readonly commandApis: AppProcess[];
  readonly projectors: AppProcess[];
  readonly queryApis: AppProcess[];
  /** Starts another copy, which is stopped with the rest; by `env`, too, as its own user. */
  start(app: string, env?: Readonly<Record<string, string>>, options?: StartAppOptions): Promise<AppProcess>;
  /** Runs the operators' command line against this fleet's servers, and returns what it prints. */
  cli(...args: string[]): Promise<string>;
  /** The same, with more in its environment. */
  cliWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

const CLI = fileURLToPath(new URL('../../../apps/fleet/dist/main.js', import.meta.url));
const run = promisify(execFile);

export async function startFleet(name: string, options: FleetOptions = {}): Promise<Fleet> {
  const databases = await Promise.all([createTestDatabase(name), createTestDatabase(`${name}-read`)]);
  const [eventStore, readStore] = databases;
  const topicPrefix = uniquePrefix(name);
  const env = {
    EVENT_STORE_URL: eventStore.url,
    READ_STORE_URL: readStore.url,
    KAFKA_BROKERS: testServers().kafkaBrokers,
    KAFKA_REPLICATION_FACTOR: '1',
    KAFKA_TOPIC_PREFIX: topicPrefix,
    ...options.env,
  };
  const starting: Promise<AppProcess>[] = [];
  let users: LeastPrivilege | undefined;
  const start: Fleet['start'] = (app, more, startOptions) => {
    const own = { ...env, ...more };
    const started = startApp(app, users?.envOf(app, own) ?? own, startOptions);
    starting.push(started);
    return started;
  };
  const startCopies = (app: string, copies: number) =>
    Promise.all(Array.from({ length: copies }, () => start(app)));
  const cliWith: Fleet['cliWith'] = async (more, ...args) => {
    const own = { ...inheritedEnvironment(), ...env, ...more };
    return (await run(process.execPath, [CLI, ...args], { env: own })).stdout;
  };
  const cli: Fleet['cli'] = (...args) => cliWith({}, ...args);
  const stop = async () => {
    const apps = await Promise.allSettled(starting);
    await Promise.all(apps.flatMap((app) => (app.status === 'fulfilled' ? [app.value.stop()] : [])));
    await Promise.all(databases.map((database) => database.drop()));
    await users?.drop();
  };
  try {
    const [grants] = await Promise.all([cli('migrate', '--print-grants'), cli('migrate')]);
    users = await grantLeastPrivilege(env, grants);
    const [commandApis, projectors, queryApis] = await Promise.all([
      startCopies('command-api', options.commandApis ?? 1),
      startCopies('projector', options.projectors ?? 0),
      startCopies('query-api', options.queryApis ?? 0),
    ]);
    return {
      env,
      eventStoreUrl: eventStore.url,
      readStoreUrl: readStore.url,
      topicPrefix,
      commandApis,
      projectors,
      queryApis,
      start,
      cli,
      cliWith,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

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

export interface FleetOptions {
  readonly commandApis?: number;
  readonly projectors?: number;
  readonly queryApis?: number;
  /** Added to every app's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** For tests that wait for it again and again: the shortest session that brokers allow where nobody has set a limit. */
export const SHORT_SESSION = { KAFKA_SESSION_TIMEOUT: '6s' };

/** A fleet of built apps as processes, on databases and topics of its own. */
export interface Fleet {
  readonly env: Readonly<Record<string, string>>;
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly topicPrefix: string;
  readonly commandApis: AppProcess[];
  readonly projectors: AppProcess[];
  readonly queryApis: AppProcess[];
  /** Starts another copy, which is stopped with the rest. */
  start(app: string, env?: Readonly<Record<string, string>>, options?: StartAppOptions): Promise<AppProcess>;
  /** Runs the operators' command line against this fleet's servers, and returns what it prints. */
  cli(...args: string[]): Promise<string>;
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
  const start: Fleet['start'] = (app, more, startOptions) => {
    const started = startApp(app, { ...env, ...more }, startOptions);
    starting.push(started);
    return started;
  };
  const startCopies = (app: string, copies: number) =>
    Promise.all(Array.from({ length: copies }, () => start(app)));
  const cli = async (...args: string[]) =>
    (await run(process.execPath, [CLI, ...args], { env: { ...inheritedEnvironment(), ...env } })).stdout;
  const stop = async () => {
    const apps = await Promise.allSettled(starting);
    await Promise.all(apps.flatMap((app) => (app.status === 'fulfilled' ? [app.value.stop()] : [])));
    await Promise.all(databases.map((database) => database.drop()));
  };
  try {
    await cli('migrate');
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
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

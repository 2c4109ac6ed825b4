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
  type TestDatabase,
} from '@eventfleet/testing';

export interface FleetOptions {
  readonly commandApis?: number;
  readonly projectors?: number;
  readonly queryApis?: number;
  /** Added to every app's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A fleet of built apps as processes, on databases and topics of its own. */
export interface Fleet {
  readonly env: Readonly<Record<string, string>>;
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly topicPrefix: string;
  readonly commandApis: AppProcess[];
  readonly projectors: AppProcess[];
  readonly queryApis: AppProcess[];
  /** Runs the operators' command line against this fleet's servers, and returns what it prints. */
  cli(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

const CLI = fileURLToPath(new URL('../../../apps/fleet/dist/main.js', import.meta.url));
const run = promisify(execFile);

export async function startFleet(name: string, options: FleetOptions = {}): Promise<Fleet> {
  const databases: TestDatabase[] = [
    await createTestDatabase(name),
    await createTestDatabase(`${name}-read`),
  ];
  const [eventStore, readStore] = databases as [TestDatabase, TestDatabase];
  const topicPrefix = uniquePrefix(name);
  const env = {
    EVENT_STORE_URL: eventStore.url,
    READ_STORE_URL: readStore.url,
    KAFKA_BROKERS: testServers().kafkaBrokers,
    KAFKA_REPLICATION_FACTOR: '1',
    KAFKA_TOPIC_PREFIX: topicPrefix,
    ...options.env,
  };
  const apps: AppProcess[] = [];
  const start = async (app: string, copies: number) => {
    const started = await Promise.all(Array.from({ length: copies }, () => startApp(app, env)));
    apps.push(...started);
    return started;
  };
  const cli = async (...args: string[]) =>
    (await run(process.execPath, [CLI, ...args], { env: { ...inheritedEnvironment(), ...env } })).stdout;
  const stop = async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await Promise.all(databases.map((database) => database.drop()));
  };
  try {
    await cli('migrate');
    return {
      env,
      eventStoreUrl: eventStore.url,
      readStoreUrl: readStore.url,
      topicPrefix,
      commandApis: await start('command-api', options.commandApis ?? 1),
      projectors: await start('projector', options.projectors ?? 0),
      queryApis: await start('query-api', options.queryApis ?? 0),
      cli,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

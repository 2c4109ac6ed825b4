import { freePort } from '@eventfleet/embedded';
import type pg from 'pg';
import { seedTutorial } from '../peers/tutorial/seed.ts';
import type { Bench } from './bench.ts';
import { openClient } from './client.ts';
import { createDatabase } from './databases.ts';
import { answers, startNodeApp } from './peer-process.ts';
import { untilRowsAreThere } from './row-count.ts';
import { createTopic } from './topics.ts';

/** The tutorial's two processes. */
export interface RunningTutorial {
  readonly url: string;
  /** Process ids by name. */
  readonly processes: Readonly<Record<string, number>>;
  /** Waits until everything that was stored is in its rows. */
  readonly untilCaughtUp: () => Promise<void>;
}

/** Versions have no gaps, so the newest ones add up to the number of events. */
const ROWS = {
  stored: 'select count(*) from user_events',
  projected: 'select coalesce(sum(version), 0) from users',
};

/**
 * Starts the tutorial on a database and a topic of its own, with so many users in its tables; the scope stops it.
 * @param name lower case letters
 */
export async function startTutorial(
  { servers }: Pick<Bench, 'servers'>,
  name: string,
  users: number,
  scope: AsyncDisposableStack,
): Promise<RunningTutorial> {
  const databaseUrl = await createDatabase(servers, name);
  const topic = `${name}-user-events`;
  await createTopic(servers.kafkaBrokers, topic);
  const client = await openClient(databaseUrl);
  scope.defer(() => client.end());
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const env = { DATABASE_URL: databaseUrl, KAFKA_BROKERS: servers.kafkaBrokers, TOPIC: topic, PORT: port };
  const api = await startNodeApp({
    name: 'tutorial-api',
    file: 'peers/tutorial/dist/api/main.js',
    env,
    ready: () => answers(url),
  });
  scope.defer(async () => void (await api.stop()));
  const projector = await startNodeApp({
    name: 'tutorial-projector',
    file: 'peers/tutorial/dist/projector/main.js',
    env,
    ready: async () => (await hasTable(client, 'users')) || 'it has made no table',
  });
  scope.defer(async () => void (await projector.stop()));
  await seedTutorial(client, users);
  return {
    url,
    processes: { api: api.pid, projector: projector.pid },
    untilCaughtUp: () => untilRowsAreThere(client, ROWS),
  };
}

async function hasTable(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ present: boolean }>('select to_regclass($1) is not null as present', [
    name,
  ]);
  return rows[0]?.present ?? false;
}

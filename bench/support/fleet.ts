import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { inheritedEnvironment, startApp, type AppProcess } from '@eventfleet/testing';
import type { APP_ENVIRONMENT } from '../../scripts/bootstrap/app-environment.mjs';
import { backlogMeter } from './backlog-meter.ts';
import type { Bench } from './bench.ts';
import { runContestant } from './contestant.ts';
import { databaseUrl } from './databases.ts';
import { GROWING, updatedAgain, type History } from './history.ts';
import { untilCount } from './meter.ts';
import { projectionMeter } from './projection-meter.ts';
import { seedEvents } from './seed.ts';
import { seedProgress } from './seed-progress.ts';
import type { ReadModelsOptions } from './seed-read-models.ts';
import { topicMeter } from './topic-meter.ts';

export type AppName = 'command-api' | 'projector' | 'query-api';

export interface FleetOptions {
  /** The checkout whose built apps it runs; by default this one. */
  readonly root?: string | undefined;
  /** Added to the environment of each app and of the command line. */
  readonly settings?: Readonly<Record<string, string>>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Two databases and a topic of its own; its apps are the built ones, each a process, started as `npm start` does. */
export class Fleet {
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly topic: string;
  readonly readDatabase: string;
  readonly eventDatabase: string;
  readonly env: Readonly<Record<string, string>>;

  readonly #bench: Pick<Bench, 'servers' | 'nodeOptions'>;
  readonly #root: string;
  readonly #environment: typeof APP_ENVIRONMENT;

  private constructor(
    bench: Pick<Bench, 'servers' | 'nodeOptions'>,
    name: string,
    { root, settings }: FleetOptions & { readonly root: string },
    environment: typeof APP_ENVIRONMENT,
  ) {
    this.#bench = bench;
    this.#root = root;
    this.#environment = environment;
    const { servers } = bench;
    this.eventDatabase = `${name}_events`;
    this.readDatabase = `${name}_read`;
    this.eventStoreUrl = databaseUrl(servers, this.eventDatabase);
    this.readStoreUrl = databaseUrl(servers, this.readDatabase);
    this.topic = `${name}-user-events`;
    this.env = {
      EVENT_STORE_URL: this.eventStoreUrl,
      READ_STORE_URL: this.readStoreUrl,
      KAFKA_BROKERS: servers.kafkaBrokers,
      KAFKA_REPLICATION_FACTOR: '1',
      KAFKA_TOPIC_PREFIX: `${name}-`,
      ...settings,
    };
  }

  /**
   * Makes its databases and its topic.
   * @param name lower case letters, no other fleet's
   */
  static async create(
    bench: Pick<Bench, 'servers' | 'nodeOptions'>,
    name: string,
    { root = ROOT, settings = {} }: FleetOptions = {},
  ): Promise<Fleet> {
    const fleet = new Fleet(bench, name, { root, settings }, await environmentOf(root));
    await fleet.cli('migrate');
    return fleet;
  }

  /** Starts an app and waits until it is ready. */
  start(app: AppName, env: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
    const nodeOptions = this.#bench.nodeOptions(app, this.#environment.NODE_OPTIONS);
    return startApp(app, { ...this.#environment, ...nodeOptions, ...this.env, ...env }, { root: this.#root });
  }

  /** Runs a command of the command line. @throws Error with what it wrote if its exit code is not 0 */
  async cli(...args: readonly string[]): Promise<string> {
    const options = { env: { ...inheritedEnvironment(), ...this.env }, maxBuffer: 16 * 1024 * 1024 };
    const program = join(this.#root, 'apps/fleet/dist/main.js');
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], options);
    return stdout;
  }

  /** Copies the events of a history up to the `to`-th to the store. */
  seed(from: number, to: number, history: History = GROWING): Promise<void> {
    return seedEvents(this.eventStoreUrl, history, { from, to });
  }

  /**
   * Makes an empty fleet one that has long had these events: they are stored, and are in the read models, and Kafka has
   * deleted them.
   */
  async seedOld(events: number, users: number): Promise<void> {
    const { kafkaBrokers } = this.#bench.servers;
    await Promise.all([
      seedEvents(this.eventStoreUrl, updatedAgain(users), { from: 1, to: events }),
      runContestant<ReadModelsOptions, true>('support/seed-read-models.ts', {
        readStoreUrl: this.readStoreUrl,
        users,
        events,
      }),
    ]);
    await seedProgress({ eventStoreUrl: this.eventStoreUrl, kafkaBrokers, topic: this.topic });
  }

  /** Waits until Kafka has so many events; without a number, all that are stored. */
  async untilPublished(events?: number): Promise<void> {
    await using meter = await (events === undefined
      ? backlogMeter(this.eventStoreUrl)
      : topicMeter(this.#bench.servers.kafkaBrokers, this.topic));
    await untilCount(meter, events ?? 0);
  }

  /** Waits until both read models have so many events; without a number, all that are in Kafka. */
  async untilProjected(events?: number): Promise<void> {
    await using topic = await topicMeter(this.#bench.servers.kafkaBrokers, this.topic);
    await using projected = await projectionMeter(this.readStoreUrl, 'behind');
    await untilCount(projected, events ?? (await topic.count()));
  }
}

/** What a checkout gives its apps besides their settings. */
async function environmentOf(root: string): Promise<typeof APP_ENVIRONMENT> {
  const file = pathToFileURL(join(root, 'scripts/bootstrap/app-environment.mjs')).href;
  const { APP_ENVIRONMENT: environment } = (await import(file)) as {
    readonly APP_ENVIRONMENT: typeof APP_ENVIRONMENT;
  };
  return environment;
}

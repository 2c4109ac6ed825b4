import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { eventually, testServers, type AppProcess } from '@eventfleet/testing';
import { BUSY_MS } from '../e2e/support/busy-machine.js';
import { expectNothingLost } from '../e2e/support/nothing-lost.js';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { metric } from '../e2e/support/metrics.js';
import { startOutageProxy, type OutageProxy } from '../e2e/support/outage-proxy.js';
import { startOwnKafka, type OwnKafka } from '../e2e/support/own-kafka.js';
import { writers, writeSome, writeUntil } from '../e2e/support/user-writer.js';

/** Ten seconds are guaranteed. */
const STOP_MS = 10_000 + BUSY_MS;
const clients = writers(16);

let dataDir: string;
let kafka: OwnKafka;
let postgres: OutageProxy;
let fleet: Fleet;
let apps: Record<'command-api' | 'projector' | 'query-api', AppProcess>;

interface Outage {
  begin(): Promise<void> | void;
  end(): Promise<void> | void;
  /** The broker may still write what it was sent: only it knows, and it may do so after the next start has looked. */
  readonly leavesDoubt?: true;
}

/** Each lasts until after the stop. */
const outages: Readonly<Record<string, Outage>> = {
  'everything is well': { begin: () => undefined, end: () => undefined },
  'Kafka is down': {
    begin: async () => {
      await kafka.stop();
      const active = () => metric(apps['command-api'].url, 'eventfleet_relay_active');
      await eventually(async () => (await active()) === 0, {
        describe: 'the relay notices',
        deadlineMs: 30_000,
      });
    },
    end: async () => void (kafka = await startOwnKafka(join(dataDir, 'kafka'), kafka.port)),
  },
  'Postgres is down': {
    begin: async () => {
      await postgres.cut();
      await eventually(() => clients.every(({ isInDoubt }) => isInDoubt), {
        describe: 'commands fail',
        deadlineMs: 30_000,
      });
    },
    end: () => postgres.restore(),
  },
  'Kafka is frozen': {
    begin: () => kafka.kill('SIGSTOP'),
    end: () => kafka.kill('SIGCONT'),
    leavesDoubt: true,
  },
  'Postgres is frozen': { begin: () => postgres.freeze(), end: () => postgres.restore() },
};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'clean-stops-'));
  kafka = await startOwnKafka(join(dataDir, 'kafka'));
  const { hostname: host, port } = new URL(testServers().postgresUrl);
  postgres = await startOutageProxy({ host, port: Number(port) });
  fleet = await startFleet('stops', {
    commandApis: 0,
    env: { KAFKA_BROKERS: kafka.brokers, USER_EVENTS_PARTITIONS: '6' },
  });
  await startApps();
});
afterAll(async () => {
  await Promise.all(Object.values(apps).map((app) => app.stop()));
  await fleet.stop();
  await postgres.close();
  await kafka.stop();
  await rm(dataDir, { recursive: true });
});

async function startApps(): Promise<void> {
  const throughProxy = (url: string) => Object.assign(new URL(url), { port: String(postgres.port) }).href;
  const env = {
    EVENT_STORE_URL: throughProxy(fleet.eventStoreUrl),
    READ_STORE_URL: throughProxy(fleet.readStoreUrl),
  };
  const [commandApi, projector, queryApi] = await Promise.all([
    fleet.start('command-api', env),
    fleet.start('projector', env),
    fleet.start('query-api', env),
  ]);
  apps = { 'command-api': commandApi, projector, 'query-api': queryApi };
  fleet.queryApis[0] = queryApi;
}

async function stop(app: AppProcess): Promise<{ ending: string; ms: number }> {
  const started = performance.now();
  const ending = await app.stop();
  return { ending, ms: Math.round(performance.now() - started) };
}

/** Events that the projector was given and had applied before. */
const repeated = () => metric(apps.projector.url, 'eventfleet_projection_events_repeated_total');

async function countStored(): Promise<number> {
  const store = new pg.Client({ connectionString: fleet.eventStoreUrl });
  await store.connect();
  const { rows } = await store.query<{ events: number }>('select count(*)::integer as events from events');
  await store.end();
  return rows[0]!.events;
}

/** As the clients were told. */
const events = () => clients.flatMap(({ users }) => users).reduce((sum, { version }) => sum + version, 0);

describe('a stop under load', () => {
  it.each(Object.keys(outages))('while %s is clean', async (name) => {
    const outage = outages[name]!;
    let over = false;
    const before = events();
    const load = writeUntil(clients, apps['command-api'].url, () => over);
    await eventually(() => events() > before + 200, { describe: 'the load', deadlineMs: 30_000 });
    await outage.begin();
    const stops = await Promise.all(Object.values(apps).map(stop));
    over = true;
    await load;
    await outage.end();
    expect(stops.map(({ ending }) => ending)).toEqual(stops.map(() => 'exit code 0'));
    expect(Math.max(...stops.map(({ ms }) => ms))).toBeLessThan(STOP_MS);
    if (name === 'everything is well') expect(await countStored()).toBe(events());

    await startApps();
    await writeSome(clients, apps['command-api'].url, 2);
    const repeats = await expectNothingLost(fleet, clients);
    if (!outage.leavesDoubt) expect([repeats, await repeated()]).toEqual([0, 0]);
  });
});

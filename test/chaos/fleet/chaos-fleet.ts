import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, startKafka, startPostgres } from '@eventfleet/embedded';
import { inheritedEnvironment } from '@eventfleet/testing';
import { APP_ENVIRONMENT } from '../../../scripts/bootstrap/app-environment.mjs';
import { COPIES, LINKS, type CopyPlan, type ServerName } from '../topology.ts';
import { AppCopy } from './app-copy.ts';
import { CrashingServer } from './crashing-server.ts';
import { Link } from './link.ts';

const FLEET_CLI = fileURLToPath(new URL('../../../apps/fleet/dist/main.js', import.meta.url));

export interface FleetPlace {
  /** Data and logs of this run. */
  readonly runDir: string;
  /** Where Kafka's jars are kept. */
  readonly cacheDir: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The whole fleet with servers of its own; every connection of an app goes through a link. */
export interface ChaosFleet {
  readonly servers: ReadonlyMap<string, CrashingServer>;
  readonly copies: ReadonlyMap<string, AppCopy>;
  readonly links: ReadonlyMap<string, Link>;
  /** What the load sends to, each through its link. */
  readonly commandUrls: readonly string[];
  readonly queryUrls: readonly string[];
  /** Past all links: for the audit, and for what feeds poison. */
  readonly direct: DirectAccess;
  /** Runs the operators' command line past all links, and returns what it prints. */
  cli(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

export interface DirectAccess {
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly kafkaBrokers: string;
}

/** Starts everything and waits until every app is ready; nothing is left running when that fails. */
export async function startChaosFleet(place: FleetPlace): Promise<ChaosFleet> {
  await using started = new AsyncDisposableStack();
  const ports = await choosePorts();
  const links = new Map<string, Link>();
  for (const { name, copy, server } of LINKS) {
    const link = await Link.to(targetPort(ports, copy, server));
    started.defer(() => link.close());
    links.set(name, link);
  }

  const servers = new Map(Object.entries(crashingServers(place, ports, links)));
  for (const server of servers.values()) started.defer(() => server.close());
  await Promise.all([...servers.values()].map((server) => server.start()));

  const direct = {
    eventStoreUrl: storeUrl(ports.postgres, 'chaos'),
    readStoreUrl: storeUrl(ports.postgres, 'chaos_read'),
    kafkaBrokers: `127.0.0.1:${ports.kafka}`,
  };
  const cli = async (...args: string[]) => {
    const env = {
      ...inheritedEnvironment(),
      ...serverVariables(direct.eventStoreUrl, direct.readStoreUrl, ports.kafka),
    };
    return (await promisify(execFile)(process.execPath, [FLEET_CLI, ...args], { env })).stdout;
  };
  await cli('migrate');

  const copies = new Map(COPIES.map((plan) => [plan.name, copyOf(plan, ports, links, place.say)]));
  started.defer(async () => void (await Promise.all([...copies.values()].map((copy) => copy.close()))));
  await Promise.all([...copies.values()].map((copy) => copy.start()));
  await Promise.all([...copies.values()].map((copy) => copy.untilReady()));

  const urlsOf = (app: string) =>
    COPIES.filter((plan) => plan.app === app).map(
      ({ name }) => `http://127.0.0.1:${links.get(`clients>${name}`)!.port}`,
    );
  const owned = started.move();
  return {
    servers,
    copies,
    links,
    commandUrls: urlsOf('command-api'),
    queryUrls: urlsOf('query-api'),
    direct,
    cli,
    stop: () => owned.disposeAsync(),
  };
}

interface Ports {
  readonly postgres: number;
  readonly kafka: number;
  /** By copy. */
  readonly apps: ReadonlyMap<string, number>;
  /** Kafka tells clients where to come back to, so each copy has a listener of its own behind its link. */
  readonly kafkaFor: ReadonlyMap<string, number>;
}

async function choosePorts(): Promise<Ports> {
  const portFor = async (names: readonly string[]) =>
    new Map(await Promise.all(names.map(async (name) => [name, await freePort()] as const)));
  const usingKafka = COPIES.filter(({ servers }) => servers.includes('kafka'));
  return {
    postgres: await freePort(),
    kafka: await freePort(),
    apps: await portFor(COPIES.map(({ name }) => name)),
    kafkaFor: await portFor(usingKafka.map(({ name }) => name)),
  };
}

function targetPort(ports: Ports, copy: string, server: ServerName | undefined): number {
  switch (server) {
    case undefined:
      return ports.apps.get(copy)!;
    case 'postgres':
      return ports.postgres;
    case 'kafka':
      return ports.kafkaFor.get(copy)!;
  }
}

function crashingServers(
  { runDir, cacheDir, say, signal }: FleetPlace,
  ports: Ports,
  links: ReadonlyMap<string, Link>,
): Record<ServerName, CrashingServer> {
  const placeOf = (name: ServerName) => ({
    dataDir: join(runDir, name),
    logFile: join(runDir, `${name}.log`),
    pidFile: join(runDir, 'servers', `${name}.pid`),
    port: ports[name],
    progress: say,
    signal,
  });
  const proxied = [...ports.kafkaFor].map(([copy, port]) => ({
    port,
    advertisedPort: links.get(`${copy}>kafka`)!.port,
  }));
  return {
    postgres: new CrashingServer(() => startPostgres(placeOf('postgres'))),
    kafka: new CrashingServer(() => startKafka({ ...placeOf('kafka'), cacheDir, proxied })),
  };
}

function copyOf(
  plan: CopyPlan,
  ports: Ports,
  links: ReadonlyMap<string, Link>,
  say: (line: string) => void,
): AppCopy {
  const portOf = (server: ServerName) => links.get(`${plan.name}>${server}`)?.port ?? ports[server];
  const [eventStore, readStore] = ['chaos', 'chaos_read'].map((name) => storeUrl(portOf('postgres'), name));
  const env = {
    ...APP_ENVIRONMENT,
    ...serverVariables(eventStore!, readStore!, portOf('kafka')),
    [`${plan.app.toUpperCase().replaceAll('-', '_')}_PORT`]: String(ports.apps.get(plan.name)),
  };
  return new AppCopy(plan, env, say);
}

function serverVariables(eventStore: string, readStore: string, kafkaPort: number): Record<string, string> {
  return {
    EVENT_STORE_URL: eventStore,
    READ_STORE_URL: readStore,
    KAFKA_BROKERS: `127.0.0.1:${kafkaPort}`,
    KAFKA_REPLICATION_FACTOR: '1',
  };
}

function storeUrl(port: number, database: string): string {
  return `postgres://postgres:postgres@127.0.0.1:${port}/${database}`;
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, startKafka, startPostgres, startRabbitmq } from '@eventfleet/embedded';
import { inheritedEnvironment } from '@eventfleet/testing';
import { APP_ENVIRONMENT } from '../../../scripts/bootstrap/app-environment.mjs';
import { ONBOARDING_TIMEOUT_MS, VERIFICATION_SECRET } from '../onboarding.ts';
import type { CopyPlan, ServerName, Topology } from '../topology.ts';
import { AppCopy } from './app-copy.ts';
import { CrashingServer } from './crashing-server.ts';
import { Link } from './link.ts';

const FLEET_CLI = fileURLToPath(new URL('../../../apps/fleet/dist/main.js', import.meta.url));

export interface FleetPlace {
  /** Data and logs of this run. */
  readonly runDir: string;
  /** Where Kafka's jars are kept. */
  readonly cacheDir: string;
  readonly topology: Topology;
  /** The installed server; undefined where there is none. */
  readonly rabbitmqProgram: string | undefined;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The whole fleet with servers of its own; every connection of an app goes through a link. */
export interface ChaosFleet {
  readonly topology: Topology;
  readonly servers: ReadonlyMap<string, CrashingServer>;
  readonly copies: ReadonlyMap<string, AppCopy>;
  readonly links: ReadonlyMap<string, Link>;
  /** What the load sends to, each through its link. */
  readonly commandUrls: readonly string[];
  readonly queryUrls: readonly string[];
  /** Where the mails lie that were sent. */
  readonly mailDir: string;
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
  const { topology } = place;
  const ports = await choosePorts(topology);
  const links = new Map<string, Link>();
  for (const { name, copy, server } of topology.links) {
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
      ...(hasRabbitmq(topology) ? { RABBITMQ_URL: rabbitmqUrl(ports.rabbitmq) } : {}),
    };
    return (await promisify(execFile)(process.execPath, [FLEET_CLI, ...args], { env })).stdout;
  };
  await cli('migrate');

  const copies = new Map(topology.copies.map((plan) => [plan.name, copyOf(plan, ports, links, place)]));
  started.defer(async () => void (await Promise.all([...copies.values()].map((copy) => copy.close()))));
  await Promise.all([...copies.values()].map((copy) => copy.start()));
  await Promise.all([...copies.values()].map((copy) => copy.untilReady()));

  const urlsOf = (app: string) =>
    topology.copies
      .filter((plan) => plan.app === app)
      .map(({ name }) => `http://127.0.0.1:${links.get(`clients>${name}`)!.port}`);
  const owned = started.move();
  return {
    topology,
    servers,
    copies,
    links,
    commandUrls: urlsOf('command-api'),
    queryUrls: urlsOf('query-api'),
    mailDir: join(place.runDir, 'mails'),
    direct,
    cli,
    stop: () => owned.disposeAsync(),
  };
}

interface Ports {
  readonly postgres: number;
  readonly kafka: number;
  readonly rabbitmq: number;
  /** By copy. */
  readonly apps: ReadonlyMap<string, number>;
  /** Kafka tells clients where to come back to, so each copy has a listener of its own behind its link. */
  readonly kafkaFor: ReadonlyMap<string, number>;
}

async function choosePorts({ copies }: Topology): Promise<Ports> {
  const portFor = async (names: readonly string[]) =>
    new Map(await Promise.all(names.map(async (name) => [name, await freePort()] as const)));
  const usingKafka = copies.filter(({ servers }) => servers.includes('kafka'));
  return {
    postgres: await freePort(),
    kafka: await freePort(),
    rabbitmq: await freePort(),
    apps: await portFor(copies.map(({ name }) => name)),
    kafkaFor: await portFor(usingKafka.map(({ name }) => name)),
  };
}

function targetPort(ports: Ports, copy: string, server: ServerName | undefined): number {
  switch (server) {
    case undefined:
      return ports.apps.get(copy)!;
    case 'postgres':
      return ports.postgres;
    case 'rabbitmq':
      return ports.rabbitmq;
    case 'kafka':
      return ports.kafkaFor.get(copy)!;
  }
}

function crashingServers(
  { runDir, cacheDir, rabbitmqProgram: program, say, signal }: FleetPlace,
  ports: Ports,
  links: ReadonlyMap<string, Link>,
): Partial<Record<ServerName, CrashingServer>> {
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
    ...(program === undefined
      ? {}
      : { rabbitmq: new CrashingServer(() => startRabbitmq({ ...placeOf('rabbitmq'), program })) }),
  };
}

function copyOf(
  plan: CopyPlan,
  ports: Ports,
  links: ReadonlyMap<string, Link>,
  { topology, runDir, say }: FleetPlace,
): AppCopy {
  const portOf = (server: ServerName) => links.get(`${plan.name}>${server}`)?.port ?? ports[server];
  const [eventStore, readStore] = ['chaos', 'chaos_read'].map((name) => storeUrl(portOf('postgres'), name));
  const env = {
    ...APP_ENVIRONMENT,
    ...serverVariables(eventStore!, readStore!, portOf('kafka')),
    ...(hasRabbitmq(topology) ? { RABBITMQ_URL: rabbitmqUrl(portOf('rabbitmq')) } : {}),
    ONBOARDING: 'on',
    ONBOARDING_TIMEOUT: `${ONBOARDING_TIMEOUT_MS / 1_000}s`,
    VERIFICATION_SECRET,
    EVENTFLEET_DATA_DIR: runDir,
    // A mail that was under way in a killed notifier is not waited for longer than this.
    SMTP_TIMEOUT: '2s',
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

function hasRabbitmq({ servers }: Topology): boolean {
  return servers.includes('rabbitmq');
}

function rabbitmqUrl(port: number): string {
  return `amqp://guest:guest@127.0.0.1:${port}`;
}

function storeUrl(port: number, database: string): string {
  return `postgres://postgres:postgres@127.0.0.1:${port}/${database}`;
}

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '@eventfleet/embedded';
import { inheritedEnvironment } from '@eventfleet/testing';
import { APP_ENVIRONMENT } from '../../../scripts/bootstrap/app-environment.mjs';
import { ONBOARDING_TIMEOUT_MS, VERIFICATION_SECRET } from '../onboarding.ts';
import type { CopyPlan, ServerName, Topology } from '../topology.ts';
import { AppCopy } from './app-copy.ts';
import type { FleetPlace } from './fleet-place.ts';
import { Link } from './link.ts';
import { planServers, type KillableServer } from './plan-servers.ts';
import { choosePorts, linkName, targetPort, type Ports } from './ports.ts';
import type { ReplicatedPostgres } from './replicated-postgres.ts';

const FLEET_CLI = fileURLToPath(new URL('../../../apps/fleet/dist/main.js', import.meta.url));

/** The whole fleet with servers of its own; every connection of an app goes through a link. */
export interface ChaosFleet {
  readonly topology: Topology;
  readonly servers: ReadonlyMap<string, KillableServer>;
  /** The store, if it has a standby. */
  readonly replicated: ReplicatedPostgres | undefined;
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
  const address = place.failover && (await Link.to(await freePort()));
  if (address) started.defer(() => address.close());
  const ports = await choosePorts(topology, address?.port);
  const links = new Map<string, Link>();
  for (const { name, copy, server } of topology.links) {
    const link = await Link.to(targetPort(ports, copy, server));
    started.defer(() => link.close());
    links.set(name, link);
  }

  const { byName: servers, replicated, kafkaBrokers } = await planServers(place, ports, links, address);
  for (const server of servers.values()) started.defer(() => server.close());
  await Promise.all([...servers.values()].map((server) => server.start()));

  const direct = {
    eventStoreUrl: storeUrl(ports.postgres, 'chaos'),
    readStoreUrl: storeUrl(ports.postgres, 'chaos_read'),
    kafkaBrokers,
  };
  const cli = async (...args: string[]) => {
    const env = {
      ...inheritedEnvironment(),
      ...serverVariables(direct, topology),
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
    replicated,
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

function copyOf(
  plan: CopyPlan,
  ports: Ports,
  links: ReadonlyMap<string, Link>,
  { topology, runDir, say }: FleetPlace,
): AppCopy {
  const portOf = (server: ServerName) => links.get(linkName(plan.name, server))?.port;
  const postgres = portOf('postgres') ?? ports.postgres;
  const stores = {
    eventStoreUrl: storeUrl(postgres, 'chaos'),
    readStoreUrl: storeUrl(postgres, 'chaos_read'),
    // An app that does without Kafka needs the setting all the same.
    kafkaBrokers: topology.brokers.map((broker) => `127.0.0.1:${portOf(broker) ?? ports.kafka}`).join(','),
  };
  const env = {
    ...APP_ENVIRONMENT,
    ...serverVariables(stores, topology),
    ...(hasRabbitmq(topology) ? { RABBITMQ_URL: rabbitmqUrl(portOf('rabbitmq') ?? ports.rabbitmq) } : {}),
    ONBOARDING: 'on',
    // The audit wants every mail that is due.
    MAILS_PER_ADDRESS_PER_DAY: '0',
    MAILS_PER_USER_PER_DAY: '0',
    ONBOARDING_TIMEOUT: `${ONBOARDING_TIMEOUT_MS / 1_000}s`,
    VERIFICATION_SECRET,
    EVENTFLEET_DATA_DIR: runDir,
    // A mail that was under way in a killed notifier is not waited for longer than this.
    SMTP_TIMEOUT: '2s',
    [`${plan.app.toUpperCase().replaceAll('-', '_')}_PORT`]: String(ports.apps.get(plan.name)),
  };
  return new AppCopy(plan, env, say);
}

function serverVariables(
  { eventStoreUrl, readStoreUrl, kafkaBrokers }: DirectAccess,
  { brokers }: Topology,
): Record<string, string> {
  return {
    EVENT_STORE_URL: eventStoreUrl,
    READ_STORE_URL: readStoreUrl,
    KAFKA_BROKERS: kafkaBrokers,
    KAFKA_REPLICATION_FACTOR: String(brokers.length),
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

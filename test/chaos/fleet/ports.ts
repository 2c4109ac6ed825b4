import { freePort } from '@eventfleet/embedded';
import { isBroker, type BrokerName, type ServerName, type Topology } from '../topology.ts';

export interface Ports {
  readonly postgres: number;
  /** Of a Kafka that is a single broker. */
  readonly kafka: number;
  readonly rabbitmq: number;
  /** By copy. */
  readonly apps: ReadonlyMap<string, number>;
  /** By link. Kafka tells clients where to come back to, so each copy has a listener of its own behind its link. */
  readonly listeners: ReadonlyMap<string, number>;
}

/** @param postgres where the store is reached, if that is not the server itself */
export async function choosePorts({ copies, links }: Topology, postgres?: number): Promise<Ports> {
  const portFor = async (names: readonly string[]) =>
    new Map(await Promise.all(names.map(async (name) => [name, await freePort()] as const)));
  const toKafka = links.filter(({ server }) => server !== undefined && isBroker(server));
  return {
    postgres: postgres ?? (await freePort()),
    kafka: await freePort(),
    rabbitmq: await freePort(),
    apps: await portFor(copies.map(({ name }) => name)),
    listeners: await portFor(toKafka.map(({ name }) => name)),
  };
}

/** Where a link leads to. */
export function targetPort(ports: Ports, copy: string, server: ServerName | undefined): number {
  if (server === undefined) return ports.apps.get(copy)!;
  if (isBroker(server)) return ports.listeners.get(linkName(copy, server))!;
  return ports[server];
}

export function linkName(copy: string, server: ServerName): string {
  return `${copy}>${server}`;
}

/** Where the links of all copies to a broker come out, and where these copies are sent to. */
export function listenersOf(
  broker: BrokerName,
  { copies }: Topology,
  ports: Ports,
  portOfLink: (name: string) => number,
): { port: number; advertisedPort: number }[] {
  return copies
    .filter(({ servers }) => servers.includes(broker))
    .map(({ name: copy }) => linkName(copy, broker))
    .map((name) => ({ port: ports.listeners.get(name)!, advertisedPort: portOfLink(name) }));
}

import { join } from 'node:path';
import {
  freePort,
  planKafkaCluster,
  startKafka,
  startPostgres,
  startRabbitmq,
  type ServerProcess,
} from '@eventfleet/embedded';
import { CrashingServer } from './crashing-server.ts';
import type { FleetPlace } from './fleet-place.ts';
import type { Link } from './link.ts';
import { listenersOf, type Ports } from './ports.ts';
import { ReplicatedPostgres } from './replicated-postgres.ts';
import { Turns } from './turns.ts';

/** A server that is killed and comes up again. */
export type KillableServer = Pick<CrashingServer, 'start' | 'kill' | 'close'>;

export interface PlannedServers {
  readonly byName: ReadonlyMap<string, KillableServer>;
  /** The store, if it has a standby. */
  readonly replicated: ReplicatedPostgres | undefined;
  /** Past all links, a comma list. */
  readonly kafkaBrokers: string;
}

/**
 * Starts nothing yet.
 * @param address of the store, if it has a standby
 */
export async function planServers(
  place: FleetPlace,
  ports: Ports,
  links: ReadonlyMap<string, Link>,
  address: Link | undefined,
): Promise<PlannedServers> {
  const { rabbitmqProgram: program } = place;
  const replicated = address && planReplicatedPostgres(place, address);
  const postgres =
    replicated ?? new CrashingServer(() => startPostgres({ ...at(place, 'postgres'), port: ports.postgres }));
  const kafka = await planKafka(place, ports, (name) => links.get(name)!.port);
  const rabbitmq =
    program === undefined
      ? []
      : [
          new CrashingServer(() =>
            startRabbitmq({ ...at(place, 'rabbitmq'), port: ports.rabbitmq, program }),
          ),
        ];
  return {
    byName: new Map<string, KillableServer>([
      ['postgres', postgres],
      ...kafka.servers,
      ...rabbitmq.map((server) => ['rabbitmq', server] as const),
    ]),
    replicated,
    kafkaBrokers: kafka.brokers,
  };
}

function at({ runDir, say, signal }: FleetPlace, name: string) {
  return {
    dataDir: join(runDir, name),
    logFile: join(runDir, `${name}.log`),
    pidFile: join(runDir, 'servers', `${name}.pid`),
    progress: say,
    signal,
  };
}

function planReplicatedPostgres(place: FleetPlace, address: Link): ReplicatedPostgres {
  return new ReplicatedPostgres({
    address,
    say: place.say,
    synchronous: place.failover === 'sync',
    placeOf: async (number) => ({ ...at(place, `postgres-${number}`), port: await freePort() }),
  });
}

async function planKafka(place: FleetPlace, ports: Ports, portOfLink: (name: string) => number) {
  const { topology, cacheDir } = place;
  const { brokers } = topology;
  const proxiedOf = (index: number) => listenersOf(brokers[index]!, topology, ports, portOfLink);
  if (brokers.length === 1) {
    const server = new CrashingServer(() =>
      startKafka({ ...at(place, 'kafka'), port: ports.kafka, cacheDir, proxied: proxiedOf(0) }),
    );
    return { brokers: `127.0.0.1:${ports.kafka}`, servers: [['kafka', server] as const] };
  }
  const { dataDir, progress, signal } = at(place, 'kafka');
  const cluster = await planKafkaCluster({
    brokers: brokers.length,
    dataDir,
    cacheDir,
    progress,
    signal,
    proxied: proxiedOf,
  });
  // Two of three are needed. On a slow machine one takes longer to come back than the plan of faults leaves it.
  const kills = new Turns();
  const serverOf = (start: () => Promise<ServerProcess>) => new CrashingServer(start, undefined, kills);
  return {
    brokers: cluster.brokers,
    servers: cluster.nodes.map(({ start }, index) => [brokers[index]!, serverOf(start)] as const),
  };
}

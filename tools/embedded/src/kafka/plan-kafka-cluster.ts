import { join, resolve } from 'node:path';
import { freePort } from '../process/ports.js';
import { ServerStartError, type ServerProcess } from '../process/server-process.js';
import type { KafkaNodePlan, ProxiedListener } from './kafka-properties.js';
import { KAFKA, newClusterId, runNode } from './run-node.js';
import { findJavaRuntime, type KafkaOptions } from './start-kafka.js';

/** Where a cluster is, and what is taken for it. */
export interface KafkaClusterOptions extends Pick<KafkaOptions, 'cacheDir' | 'progress' | 'signal'> {
  /** How many: each is broker and controller, so 3 bear the loss of one. */
  readonly brokers: number;
  /** Each has a folder in it, its log and the file with its process id included. */
  readonly dataDir: string;
  /** More addresses of each broker, by its number from 0. */
  readonly proxied?: (index: number) => readonly ProxiedListener[];
}

/** One of the brokers. It is started and killed by itself; its ports and its data stay. */
export interface KafkaClusterNode {
  /** From 1. */
  readonly id: number;
  readonly port: number;
  /** Waits until it answers and is part of the cluster. @throws ServerStartError */
  readonly start: () => Promise<ServerProcess>;
}

export interface KafkaCluster {
  /** Of all brokers, a comma list. */
  readonly brokers: string;
  readonly nodes: readonly KafkaClusterNode[];
}

/** Every node is a process of its own on one machine. */
const HEAP_MB = 320;
/** On a machine that is busy with the rest of the cluster, and with what uses it. */
const START_MS = 180_000;

/**
 * Plans a cluster on the loopback interface, by this machine's Java, and starts nothing yet. Topics with three copies
 * and `min.insync.replicas=2`, as `KAFKA_REPLICATION_FACTOR=3` makes them, lose nothing when one broker is killed.
 * @throws ServerStartError if there is no Java or Maven
 */
export async function planKafkaCluster(options: KafkaClusterOptions): Promise<KafkaCluster> {
  const found = await findJavaRuntime(options);
  if ('missing' in found)
    throw new ServerStartError(KAFKA, `a cluster needs Java >= 17 with Maven (here: ${found.missing})`);
  const { runtime } = found;
  const dataDir = resolve(options.dataDir);
  const clusterId = newClusterId();
  const plans: KafkaNodePlan[] = [];
  for (let index = 0; index < options.brokers; index++) {
    const ports = { broker: await freePort(), controller: await freePort() };
    plans.push({ id: index + 1, ports, proxied: options.proxied?.(index) });
  }
  const nodes = plans.map((node) => {
    const folder = join(dataDir, String(node.id));
    const place = { dataDir: folder, logFile: `${folder}.log`, pidFile: `${folder}.pid` };
    const cluster = { nodes: plans, clusterId, heapMb: HEAP_MB, startMs: START_MS, signal: options.signal };
    const start = () => runNode(runtime, { node, ...cluster, ...place });
    return { id: node.id, port: node.ports.broker, start };
  });
  return { brokers: nodes.map(({ port }) => `127.0.0.1:${port}`).join(','), nodes };
}

import { randomBytes } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { requireFreePort } from '../process/ports.js';
import { ServerStartError, spawnServer, untilReady, type ServerProcess } from '../process/server-process.js';
import { kafkaAnswers } from './kafka-probe.js';
import { kafkaProperties, SCRAM, type KafkaNodePlan } from './kafka-properties.js';
import type { BrokerOptions, KafkaRuntime } from './kafka-runtime.js';

export interface KafkaNodeOptions extends BrokerOptions {
  readonly node: KafkaNodePlan;
  /** All nodes of its cluster, itself included. */
  readonly nodes: readonly KafkaNodePlan[];
  /** Of its cluster; it counts when the data folder is new. */
  readonly clusterId: string;
  /** Absolute. */
  readonly dataDir: string;
  readonly logFile: string;
  readonly pidFile?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** It is given up after this time. */
  readonly startMs?: number;
}

export const KAFKA = 'kafka';
const START_MS = 60_000;

/**
 * Runs one node, and waits until it answers and is part of its cluster, so the most of its nodes must be started at
 * once. Its data stays in `dataDir`.
 * @throws ServerStartError with the reason and the broker's last lines; nothing is left running then
 */
export async function runNode(runtime: KafkaRuntime, options: KafkaNodeOptions): Promise<ServerProcess> {
  const { node, nodes, clusterId, dataDir, startMs = START_MS } = options;
  const port = node.ports.broker;
  await requireFreePort(KAFKA, port, 'EVENTFLEET_KAFKA_PORT');
  await mkdir(dataDir, { recursive: true });
  const logDir = join(dataDir, 'log');
  const propertiesFile = join(dataDir, 'server.properties');
  await writeFile(propertiesFile, kafkaProperties(node, nodes, logDir, runtime.bindAddress));
  const users = node.secured?.users ?? {};
  await formatOnce(runtime, { logDir, propertiesFile, clusterId, users });

  const server = await spawnServer({
    name: KAFKA,
    ...runtime.broker(propertiesFile, options),
    logFile: options.logFile,
    pidFile: options.pidFile,
    graceMs: 20_000,
  });
  try {
    await untilReady(server, () => answers(port), startMs, options.signal);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

async function answers(port: number): Promise<true | string> {
  return (await kafkaAnswers(port)) || 'it does not answer';
}

interface Format {
  readonly logDir: string;
  readonly propertiesFile: string;
  readonly clusterId: string;
  /** Passwords by user. */
  readonly users: Readonly<Record<string, string>>;
}

async function formatOnce(
  runtime: KafkaRuntime,
  { logDir, propertiesFile, clusterId, users }: Format,
): Promise<void> {
  if (await stat(join(logDir, 'meta.properties')).catch(() => undefined)) return;
  const arguments_ = ['format', '--cluster-id', clusterId, '--config', propertiesFile];
  for (const [name, password] of Object.entries(users))
    arguments_.push('--add-scram', `${SCRAM}=[name=${name},password=${password}]`);
  const { ok, output } = await runtime.storageTool(arguments_);
  if (!ok)
    throw new ServerStartError(KAFKA, 'formatting its data folder failed', output.split('\n').slice(-15));
}

/** As Kafka writes ids: 16 bytes in base64url; it avoids a leading dash, which command lines take for an option. */
export function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}

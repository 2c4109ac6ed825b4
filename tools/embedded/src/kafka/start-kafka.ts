import { resolve } from 'node:path';
import { freePort } from '../process/ports.js';
import { ServerStartError, type ServerProcess } from '../process/server-process.js';
import { dockerMissing, startDockerRuntime } from './docker-runtime.js';
import { javaMissing, javaRuntime } from './java-runtime.js';
import { cachedKafkaJars, fetchKafkaJars, mavenMissing } from './kafka-jars.js';
import type { ProxiedListener, SecuredListener } from './kafka-properties.js';
import type { BrokerOptions, KafkaRuntime } from './kafka-runtime.js';
import { KAFKA, newClusterId, runNode } from './run-node.js';

export interface KafkaOptions extends Pick<BrokerOptions, 'fullCompiler'> {
  readonly dataDir: string;
  /** On the loopback interface. */
  readonly port: number;
  /** More addresses of the same broker. */
  readonly proxied?: readonly ProxiedListener[];
  /** One more address of it, by TLS and with a login. */
  readonly secured?: SecuredListener;
  /** Settings of the broker beside those that it has anyway. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where the jars are kept between starts. */
  readonly cacheDir: string;
  readonly logFile: string;
  readonly pidFile?: string;
  /** The start is given up after this time; a minute, unless it is said. */
  readonly startMs?: number;
  /** Called once with what takes long. */
  readonly progress?: (line: string) => void;
  /** Gives up the start when it aborts. */
  readonly signal?: AbortSignal;
}

export interface KafkaServer extends ServerProcess {
  readonly brokers: string;
}

/**
 * Starts a single Kafka node on the loopback interface, by this machine's Java or else in a container, and waits
 * until it answers. Its data, cluster id included, stays in `dataDir`.
 * @throws ServerStartError with the reason and the broker's last lines; nothing is left running then
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  const { port, proxied, secured, settings } = options;
  const dataDir = resolve(options.dataDir);
  const runtime = await findRuntime(dataDir, options);
  const ports = { broker: port, controller: await freePort() };
  const node = { id: 1, ports, proxied, secured, settings };
  const { logFile, pidFile, signal, startMs, fullCompiler } = options;
  const place = {
    dataDir,
    logFile,
    pidFile,
    signal,
    fullCompiler,
    ...(startMs === undefined ? {} : { startMs }),
  };
  const server = await runNode(runtime, { node, nodes: [node], clusterId: newClusterId(), ...place });
  return { ...server, brokers: `127.0.0.1:${port}` };
}

async function findRuntime(dataDir: string, options: KafkaOptions): Promise<KafkaRuntime> {
  const found = await findJavaRuntime(options);
  if ('runtime' in found) return found.runtime;
  const noDocker = await dockerMissing();
  if (noDocker === undefined) {
    const more = [...(options.proxied ?? []), ...(options.secured ? [options.secured] : [])].map(
      ({ port }) => port,
    );
    return startDockerRuntime(dataDir, [options.port, ...more]);
  }
  throw new ServerStartError(
    KAFKA,
    `it needs Java >= 17 with Maven, or Docker (here: ${found.missing}, ${noDocker}); or set KAFKA_BROKERS`,
  );
}

/** Fetches Kafka where that was not done before. */
export async function findJavaRuntime(
  options: Pick<KafkaOptions, 'cacheDir' | 'progress' | 'signal'>,
): Promise<{ readonly runtime: KafkaRuntime } | { readonly missing: string }> {
  const jars = await cachedKafkaJars(options.cacheDir);
  const noJava = await javaMissing();
  const noMaven = jars === undefined ? await mavenMissing() : undefined;
  const missing = [noJava, noMaven].filter((reason) => reason !== undefined).join(', ');
  if (missing !== '') return { missing };
  return { runtime: javaRuntime(jars ?? (await fetchKafkaJars(options))) };
}

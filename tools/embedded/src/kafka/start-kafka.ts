import { randomBytes } from 'node:crypto';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort, requireFreePort } from '../process/ports.js';
import { ServerStartError, spawnServer, untilReady, type ServerProcess } from '../process/server-process.js';
import { dockerMissing, startDockerRuntime } from './docker-runtime.js';
import { javaMissing, javaRuntime } from './java-runtime.js';
import { cachedKafkaJars, fetchKafkaJars, mavenMissing } from './kafka-jars.js';
import { kafkaAnswers } from './kafka-probe.js';
import { kafkaProperties, type ProxiedListener } from './kafka-properties.js';
import type { KafkaRuntime } from './kafka-runtime.js';

export interface KafkaOptions {
  readonly dataDir: string;
  /** On the loopback interface. */
  readonly port: number;
  /** More addresses of the same broker. */
  readonly proxied?: readonly ProxiedListener[];
  /** Settings of the broker beside those that it has anyway. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where the jars are kept between starts. */
  readonly cacheDir: string;
  readonly logFile: string;
  readonly pidFile?: string;
  /** Told once what takes long. */
  readonly progress?: (line: string) => void;
  /** Gives up the start when it aborts. */
  readonly signal?: AbortSignal;
}

export interface KafkaServer extends ServerProcess {
  readonly brokers: string;
}

const NAME = 'kafka';
const START_MS = 60_000;

/**
 * Starts a single Kafka node on the loopback interface, by this machine's Java or else in a container, and waits
 * until it answers. Its data, cluster id included, stays in `dataDir`.
 * @throws ServerStartError with the reason and the broker's last lines; nothing is left running then
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  const { port, proxied, settings } = options;
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const runtime = await findRuntime(dataDir, options);
  await requireFreePort(NAME, port, 'EVENTFLEET_KAFKA_PORT');

  const logDir = join(dataDir, 'log');
  const propertiesFile = join(dataDir, 'server.properties');
  const ports = { broker: port, controller: await freePort() };
  await writeFile(propertiesFile, kafkaProperties(logDir, ports, runtime.bindAddress, proxied, settings));
  await formatOnce(runtime, logDir, propertiesFile);

  const server = await spawnServer({
    name: NAME,
    ...runtime.broker(propertiesFile),
    logFile: options.logFile,
    pidFile: options.pidFile,
    graceMs: 20_000,
  });
  try {
    await untilReady(server, () => answers(port), START_MS, options.signal);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { ...server, brokers: `127.0.0.1:${port}` };
}

async function answers(port: number): Promise<true | string> {
  return (await kafkaAnswers(port)) || 'it does not answer';
}

async function findRuntime(dataDir: string, options: KafkaOptions): Promise<KafkaRuntime> {
  const jars = await cachedKafkaJars(options.cacheDir);
  const noJava = await javaMissing();
  const noMaven = jars === undefined ? await mavenMissing() : undefined;
  if (noJava === undefined && noMaven === undefined)
    return javaRuntime(jars ?? (await fetchKafkaJars(options)));
  const noDocker = await dockerMissing();
  if (noDocker === undefined) {
    const more = (options.proxied ?? []).map(({ port }) => port);
    return startDockerRuntime(dataDir, [options.port, ...more]);
  }
  const missing = [noJava, noMaven, noDocker].filter((reason) => reason !== undefined).join(', ');
  throw new ServerStartError(
    NAME,
    `it needs Java >= 17 with Maven, or Docker (here: ${missing}); or set KAFKA_BROKERS`,
  );
}

async function formatOnce(runtime: KafkaRuntime, logDir: string, propertiesFile: string): Promise<void> {
  if (await stat(join(logDir, 'meta.properties')).catch(() => undefined)) return;
  const arguments_ = ['format', '--cluster-id', newClusterId(), '--config', propertiesFile];
  const { ok, output } = await runtime.storageTool(arguments_);
  if (!ok)
    throw new ServerStartError(NAME, 'formatting its data folder failed', output.split('\n').slice(-15));
}

/** As Kafka writes ids: 16 bytes in base64url; it avoids a leading dash, which command lines take for an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { TOPIC_ACCESS } from '@eventfleet/contracts';
import {
  createCertificate,
  findRabbitmq,
  freePort,
  startKafka,
  startPostgres,
  startRabbitmq,
  type SecuredListener,
  type ServerProcess,
} from '@eventfleet/embedded';
import { describeDocker, startContainers } from '@eventfleet/testing';
import type { TestRunSettings } from './test-run.config.ts';

/** Tells tests that they may leave database templates to each other: the server is this run's own. */
const TEMPLATES = { EVENTFLEET_TEST_TEMPLATES: 'true' };

export interface RunningTestServers {
  /** What tests find the servers by. */
  readonly env: Readonly<Record<string, string>>;
  /** Servers that this machine cannot have, each with the reason; their tests are skipped. */
  readonly missing: readonly string[];
  stop(): Promise<void>;
}

/**
 * One set of servers for the whole run: those of the environment, else embedded ones with data of their own, else
 * containers.
 * @throws Error when there is no way to have Postgres or Kafka
 */
export async function startTestServers(
  settings: TestRunSettings,
  runDir: string,
  signal: AbortSignal,
): Promise<RunningTestServers> {
  if (settings.containers) return inContainers();
  try {
    return await embedded(settings, runDir, signal);
  } catch (error) {
    if (signal.aborted || (await describeDocker()) !== undefined) throw error;
    console.error(`${error instanceof Error ? error.message : String(error)}\nusing containers instead`);
    return inContainers();
  }
}

async function inContainers(): Promise<RunningTestServers> {
  const missing = await describeDocker();
  if (missing !== undefined) throw new Error(missing);
  const containers = await startContainers();
  const { postgresUrl, kafkaBrokers, rabbitmqUrl } = containers;
  return {
    env: { ...testEnvironment(postgresUrl, kafkaBrokers, rabbitmqUrl), ...TEMPLATES },
    missing: [],
    stop: () => containers.stop(),
  };
}

async function embedded(
  settings: TestRunSettings,
  runDir: string,
  signal: AbortSignal,
): Promise<RunningTestServers> {
  const progress = (line: string) => console.error(line);
  const started: ServerProcess[] = [];
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const keep = <Server extends ServerProcess>(server: Server): Server => {
    started.push(server);
    return server;
  };
  const place = (name: string) => ({
    dataDir: join(runDir, name),
    logFile: join(runDir, `${name}.log`),
    pidFile: join(runDir, 'servers', `${name}.pid`),
    progress,
    signal,
  });
  const postgres = async () =>
    settings.postgresUrl ?? keep(await startPostgres({ ...place('postgres'), port: await freePort() })).url;
  const kafka = async (): Promise<TestKafka> => {
    if (settings.kafkaBrokers !== undefined) return { brokers: settings.kafkaBrokers, env: {} };
    const { listener, env, missing } = await makeUsers(join(runDir, 'kafka'));
    const server = await startKafka({
      ...place('kafka'),
      port: await freePort(),
      cacheDir: join(settings.dataDir, 'cache'),
      ...(listener && { secured: listener }),
    });
    return { brokers: keep(server).brokers, env, missing };
  };
  const rabbitmqSource = await findRabbitmq(settings.rabbitmqUrl);
  const rabbitmq = async () => {
    if ('missing' in rabbitmqSource) return undefined;
    if ('url' in rabbitmqSource) return rabbitmqSource.url;
    const { program } = rabbitmqSource;
    return keep(await startRabbitmq({ ...place('rabbitmq'), port: await freePort(), program })).url;
  };

  const starting = [postgres(), kafka(), rabbitmq()] as const;
  try {
    const [postgresUrl, kafkaServer, rabbitmqUrl] = await Promise.all(starting);
    const missing = 'missing' in rabbitmqSource ? [`RabbitMQ: ${rabbitmqSource.missing}`] : [];
    if (kafkaServer.missing !== undefined) missing.push(kafkaServer.missing);
    const templates = settings.postgresUrl === undefined ? TEMPLATES : {};
    const env = {
      ...testEnvironment(postgresUrl, kafkaServer.brokers, rabbitmqUrl),
      ...kafkaServer.env,
      ...templates,
    };
    return { env, missing, stop };
  } catch (error) {
    await Promise.allSettled(starting);
    await stop();
    throw error;
  }
}

interface TestKafka {
  readonly brokers: string;
  /** What tests find its users by. */
  readonly env: Readonly<Record<string, string>>;
  readonly missing?: string | undefined;
}

/** A user for each app that knows Kafka. Without `openssl` there are none. */
async function makeUsers(
  dataDir: string,
): Promise<Pick<TestKafka, 'env' | 'missing'> & { readonly listener?: SecuredListener }> {
  try {
    // In its data folder, which a container of it sees too.
    const certificate = await createCertificate(join(dataDir, 'certificate'));
    const port = await freePort();
    const password = randomBytes(18).toString('hex');
    const users = Object.fromEntries(Object.keys(TOPIC_ACCESS).map((app) => [`eventfleet-${app}`, password]));
    return {
      listener: { port, certificate, users },
      env: {
        EVENTFLEET_TEST_KAFKA_SECURED_BROKERS: `localhost:${port}`,
        EVENTFLEET_TEST_KAFKA_CA_FILE: certificate.caFile,
        EVENTFLEET_TEST_KAFKA_PASSWORD: password,
      },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { env: {}, missing: `users of Kafka, so that apps may do everything there: ${reason}` };
  }
}

function testEnvironment(
  postgresUrl: string,
  kafkaBrokers: string,
  rabbitmqUrl?: string,
): Record<string, string> {
  return {
    EVENTFLEET_TEST_POSTGRES_URL: postgresUrl,
    EVENTFLEET_TEST_KAFKA_BROKERS: kafkaBrokers,
    ...(rabbitmqUrl ? { EVENTFLEET_TEST_RABBITMQ_URL: rabbitmqUrl } : {}),
  };
}

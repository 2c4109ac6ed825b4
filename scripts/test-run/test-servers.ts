import { join } from 'node:path';
import {
  findRabbitmq,
  freePort,
  startKafka,
  startPostgres,
  startRabbitmq,
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
  const kafka = async () =>
    settings.kafkaBrokers ??
    keep(
      await startKafka({
        ...place('kafka'),
        port: await freePort(),
        cacheDir: join(settings.dataDir, 'cache'),
      }),
    ).brokers;
  const rabbitmqSource = await findRabbitmq(settings.rabbitmqUrl);
  const rabbitmq = async () => {
    if ('missing' in rabbitmqSource) return undefined;
    if ('url' in rabbitmqSource) return rabbitmqSource.url;
    const { program } = rabbitmqSource;
    return keep(await startRabbitmq({ ...place('rabbitmq'), port: await freePort(), program })).url;
  };

  const starting = [postgres(), kafka(), rabbitmq()] as const;
  try {
    const env = testEnvironment(...(await Promise.all(starting)));
    const missing = 'missing' in rabbitmqSource ? [`RabbitMQ: ${rabbitmqSource.missing}`] : [];
    const templates = settings.postgresUrl === undefined ? TEMPLATES : {};
    return { env: { ...env, ...templates }, missing, stop };
  } catch (error) {
    await Promise.allSettled(starting);
    await stop();
    throw error;
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

import { join } from 'node:path';
import {
  startKafka,
  startPostgres,
  startRabbitmq,
  type RabbitmqSource,
  type ServerProcess,
} from '@eventfleet/embedded';
import { prepareLog } from './log-file.ts';
import type { Service } from './service.ts';
import type { FleetSettings } from './up.config.ts';

/** What every embedded server is started with. */
interface ServerFiles {
  readonly dataDir: string;
  readonly logFile: string;
  readonly pidFile: string;
  readonly signal: AbortSignal;
}

/** The servers that the environment does not name. */
export function serverServices(
  settings: FleetSettings,
  rabbitmqSource: RabbitmqSource,
  progress: (line: string) => void,
): Service[] {
  const { env, dataDir } = settings;
  const services: Service[] = [];
  if (!env.EVENT_STORE_URL || !env.READ_STORE_URL) {
    const port = env.EVENTFLEET_POSTGRES_PORT;
    services.push(server('postgres', settings, (files) => startPostgres({ ...files, port, progress })));
  }
  if (!env.KAFKA_BROKERS) {
    const options = { port: env.EVENTFLEET_KAFKA_PORT, cacheDir: join(dataDir, 'cache'), progress };
    services.push(server('kafka', settings, (files) => startKafka({ ...files, ...options })));
  }
  if ('program' in rabbitmqSource) {
    const { program } = rabbitmqSource;
    const options = { program, port: env.EVENTFLEET_RABBITMQ_PORT, lowPriority: true };
    services.push(server('rabbitmq', settings, (files) => startRabbitmq({ ...files, ...options })));
  }
  return services;
}

/** @param start resolves when the server is ready */
function server(
  name: string,
  { dataDir, logDir, runDir }: FleetSettings,
  start: (files: ServerFiles) => Promise<ServerProcess>,
): Service {
  return {
    name,
    stage: 'server',
    spawn: async (signal) =>
      start({
        dataDir: join(dataDir, name),
        logFile: await prepareLog(logDir, name),
        pidFile: join(runDir, `${name}.pid`),
        signal,
      }),
    untilReady: () => Promise.resolve(),
  };
}

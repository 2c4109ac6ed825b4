import { join } from 'node:path';
import { startKafka, startPostgres, startRabbitmq, type RabbitmqSource } from '@eventfleet/embedded';
import { prepareLog } from './log-file.ts';
import type { Part } from './part.ts';
import type { FleetSettings } from './up.config.ts';

/** The servers that the environment does not name. */
export function serverParts(
  settings: FleetSettings,
  rabbitmqSource: RabbitmqSource,
  progress: (line: string) => void,
): Part[] {
  const { env } = settings;
  const parts: Part[] = [];
  if (!env.EVENT_STORE_URL || !env.READ_STORE_URL) parts.push(postgres(settings, progress));
  if (!env.KAFKA_BROKERS) parts.push(kafka(settings, progress));
  if ('program' in rabbitmqSource) parts.push(rabbitmq(settings, rabbitmqSource.program));
  return parts;
}

function postgres({ env, dataDir, logDir, runDir }: FleetSettings, progress: (line: string) => void): Part {
  return {
    name: 'postgres',
    stage: 'server',
    spawn: async (signal) =>
      startPostgres({
        dataDir: join(dataDir, 'postgres'),
        port: env.EVENTFLEET_POSTGRES_PORT,
        logFile: await prepareLog(logDir, 'postgres'),
        pidFile: join(runDir, 'postgres.pid'),
        progress,
        signal,
      }),
    untilReady: () => Promise.resolve(),
  };
}

function kafka({ env, dataDir, logDir, runDir }: FleetSettings, progress: (line: string) => void): Part {
  return {
    name: 'kafka',
    stage: 'server',
    spawn: async (signal) =>
      startKafka({
        dataDir: join(dataDir, 'kafka'),
        cacheDir: join(dataDir, 'cache'),
        port: env.EVENTFLEET_KAFKA_PORT,
        logFile: await prepareLog(logDir, 'kafka'),
        pidFile: join(runDir, 'kafka.pid'),
        progress,
        signal,
      }),
    untilReady: () => Promise.resolve(),
  };
}

function rabbitmq({ env, dataDir, logDir, runDir }: FleetSettings, program: string): Part {
  return {
    name: 'rabbitmq',
    stage: 'server',
    spawn: async (signal) =>
      startRabbitmq({
        program,
        dataDir: join(dataDir, 'rabbitmq'),
        port: env.EVENTFLEET_RABBITMQ_PORT,
        logFile: await prepareLog(logDir, 'rabbitmq'),
        pidFile: join(runDir, 'rabbitmq.pid'),
        givesWay: true,
        signal,
      }),
    untilReady: () => Promise.resolve(),
  };
}

import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ConfigError,
  eventStoreUrl,
  httpVariables,
  kafkaVariables,
  loadConfig,
  mailVariables,
  onboardingVariables,
  port,
  rabbitmqVariables,
  readStoreUrl,
  storeVariables,
} from '@eventfleet/config';
import { z } from 'zod';
import type { Stage } from './part.ts';

/** What of the fleet can be off. */
export type Feature = 'rabbitmq' | 'onboarding';

/** Every app of the fleet, in the order of the table that is shown. */
const ALL = [
  { name: 'command-api', portVariable: 'COMMAND_API_PORT', stage: 'edge', knowsSecret: true },
  { name: 'query-api', portVariable: 'QUERY_API_PORT', stage: 'edge' },
  { name: 'projector', portVariable: 'PROJECTOR_PORT', stage: 'consumer' },
  {
    name: 'notifier',
    portVariable: 'NOTIFIER_PORT',
    stage: 'consumer',
    partOf: 'rabbitmq',
    knowsSecret: true,
    givesWay: true,
  },
  {
    name: 'process-manager',
    portVariable: 'PROCESS_MANAGER_PORT',
    stage: 'consumer',
    partOf: 'onboarding',
    givesWay: true,
  },
] as const;

export type AppName = (typeof ALL)[number]['name'];

export interface App {
  readonly name: AppName;
  readonly portVariable: (typeof ALL)[number]['portVariable'];
  readonly stage: Stage;
  /** It is started only where this is on. */
  readonly partOf?: Feature;
  /** Whether it makes or checks verification tokens. */
  readonly knowsSecret?: boolean;
  /** Reactions run at a lower priority: on one machine they must not slow down what answers clients. */
  readonly givesWay?: boolean;
}

export const APPS: readonly App[] = ALL;

const schema = z.object({
  ...httpVariables,
  ...storeVariables,
  ...kafkaVariables,
  ...rabbitmqVariables,
  COMMAND_API_PORT: port(3000),
  QUERY_API_PORT: port(3001),
  PROJECTOR_PORT: port(3002),
  NOTIFIER_PORT: port(3003),
  PROCESS_MANAGER_PORT: port(3004),
  ...mailVariables,
  ...onboardingVariables,
  /** Without it, where RabbitMQ is. */
  ONBOARDING: onboardingVariables.ONBOARDING.unwrap().optional(),
  EVENTFLEET_DATA_DIR: z.string().default('.eventfleet'),
});

export interface FleetSettings {
  readonly env: z.output<typeof schema>;
  readonly host: string;
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly dataDir: string;
  readonly logDir: string;
  readonly runDir: string;
  /** How many processes of each app to start; each copy listens ten ports above the one before. */
  readonly copies: Readonly<Record<AppName, number>>;
}

/** @throws ConfigError listing every wrong variable or option */
export function readSettings(environment: NodeJS.ProcessEnv, args: readonly string[]): FleetSettings {
  const env = loadConfig(schema, environment);
  const dataDir = resolve(env.EVENTFLEET_DATA_DIR);
  return {
    env,
    host: env.HOST,
    eventStoreUrl: eventStoreUrl(env),
    readStoreUrl: readStoreUrl(env),
    dataDir,
    logDir: join(dataDir, 'logs'),
    runDir: join(dataDir, 'run'),
    copies: readCopies(args),
  };
}

function readCopies(args: readonly string[]): Record<AppName, number> {
  const copies = Object.fromEntries(APPS.map(({ name }) => [name, 1])) as Record<AppName, number>;
  const { values } = parseArgs({ args: [...args], options: { copies: { type: 'string' } } });
  for (const part of values.copies?.split(',') ?? []) {
    const [name, count] = part.split('=');
    const app = APPS.find((app) => app.name === name);
    if (!app || !/^[1-9]$/.test(count ?? '')) {
      const names = APPS.map((app) => app.name).join(', ');
      throw new ConfigError([`--copies: must be <app>=<1 to 9>, separated by commas; apps are ${names}`]);
    }
    copies[app.name] = Number(count);
  }
  return copies;
}

import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  appAddressVariables,
  attemptsVariables,
  backlogVariables,
  clientVariables,
  consoleVariables,
  dataVariables,
  edgeVariables,
  erasureKnowsReadStore,
  eventStoreUrl,
  hostRules,
  hostVariables,
  kafkaVariables,
  knownPort,
  loadConfig,
  mailVariables,
  onboardingVariables,
  personalDataVariables,
  rabbitmqVariables,
  readCacheVariables,
  readStoreUrl,
  saslIsComplete,
  signingVariables,
  storeVariables,
  verificationVariables,
} from '@eventfleet/config';
import { z } from 'zod';
import { AUDIENCE, type ClientId } from '../issuer/clients.ts';
import type { Stage } from './service.ts';

/** What of the fleet can be disabled. */
export type Feature = 'rabbitmq' | 'onboarding';

/** Every app of the fleet, in the order of the table that is shown. */
const ALL = [
  { name: 'command-api', portVariable: 'COMMAND_API_PORT', stage: 'edge', needsSecret: true },
  { name: 'query-api', portVariable: 'QUERY_API_PORT', stage: 'edge' },
  { name: 'projector', portVariable: 'PROJECTOR_PORT', stage: 'consumer' },
  {
    name: 'notifier',
    portVariable: 'NOTIFIER_PORT',
    stage: 'consumer',
    partOf: 'rabbitmq',
    needsSecret: true,
    lowPriority: true,
  },
  {
    name: 'process-manager',
    portVariable: 'PROCESS_MANAGER_PORT',
    stage: 'consumer',
    partOf: 'onboarding',
    client: 'process-manager',
    lowPriority: true,
  },
  {
    name: 'console',
    portVariable: 'CONSOLE_PORT',
    stage: 'edge',
    client: 'console',
    lowPriority: true,
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
  readonly needsSecret?: boolean;
  /** Its client at the local issuer: it sends commands, or logs people in. */
  readonly client?: ClientId;
  /** Reactions run at a lower priority: on one machine they must not slow down what answers clients. */
  readonly lowPriority?: boolean;
}

export const APPS: readonly App[] = ALL;

const DEFAULT_ISSUER_PORT = 15_680;

/** Of the fleet and of every app, so that a wrong one is reported before anything has started. */
const schema = z.object({
  ...hostVariables,
  ...storeVariables,
  ...kafkaVariables,
  ...rabbitmqVariables,
  ...edgeVariables,
  ...signingVariables,
  ...clientVariables,
  EVENTFLEET_ISSUER_PORT: knownPort(DEFAULT_ISSUER_PORT),
  ...personalDataVariables,
  ...backlogVariables,
  ...readCacheVariables,
  ...verificationVariables,
  /** Each app has a default of its own. */
  MAX_ATTEMPTS: attemptsVariables(1).MAX_ATTEMPTS.unwrap().optional(),
  COMMAND_API_PORT: knownPort(3000),
  QUERY_API_PORT: knownPort(3001),
  PROJECTOR_PORT: knownPort(3002),
  NOTIFIER_PORT: knownPort(3003),
  PROCESS_MANAGER_PORT: knownPort(3004),
  CONSOLE_PORT: knownPort(3005),
  FLEET_APP_URLS: appAddressVariables.FLEET_APP_URLS,
  ...consoleVariables,
  ...mailVariables,
  ...onboardingVariables,
  /** Without it, where RabbitMQ is. */
  ONBOARDING: onboardingVariables.ONBOARDING.unwrap().optional(),
  ...dataVariables,
});

export interface FleetSettings {
  readonly env: z.output<typeof schema>;
  readonly host: string;
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly dataDir: string;
  readonly logDir: string;
  readonly runDir: string;
  /** Of the local issuer, if there is to be one. */
  readonly issuerUrl: string | undefined;
  /** How many processes of each app to start; each copy listens ten ports above the one before. */
  readonly copies: Readonly<Record<AppName, number>>;
}

/** @throws ConfigError listing every wrong variable and option */
export function readSettings(environment: NodeJS.ProcessEnv, args: readonly string[]): FleetSettings {
  const { values } = parseArgs({
    args: [...args],
    options: { copies: { type: 'string' }, auth: { type: 'boolean', default: false } },
  });
  const copies = readCopies(values.copies);
  const issuerUrl = values.auth
    ? `http://127.0.0.1:${environment['EVENTFLEET_ISSUER_PORT'] || DEFAULT_ISSUER_PORT}`
    : undefined;
  const twice = () => (values.auth && environment['AUTH'] ? ['AUTH: must not be set beside --auth'] : []);
  const env = loadConfig(schema, { ...environment, ...issuerVariables(issuerUrl) }, [
    ...hostRules,
    saslIsComplete,
    erasureKnowsReadStore,
    twice,
    () => copies.problems,
  ]);
  const dataDir = resolve(env.EVENTFLEET_DATA_DIR);
  return {
    env,
    host: env.HOST,
    eventStoreUrl: eventStoreUrl(env),
    readStoreUrl: readStoreUrl(env),
    dataDir,
    logDir: join(dataDir, 'logs'),
    runDir: join(dataDir, 'run'),
    issuerUrl,
    copies: copies.counts,
  };
}

/** What every app has to know of the local issuer. */
export function issuerVariables(issuerUrl: string | undefined): Readonly<Record<string, string>> {
  return issuerUrl === undefined ? {} : { AUTH: 'oidc', OIDC_ISSUER: issuerUrl, OIDC_AUDIENCE: AUDIENCE };
}

function readCopies(option = ''): { counts: Record<AppName, number>; problems: string[] } {
  const counts = Object.fromEntries(APPS.map(({ name }) => [name, 1])) as Record<AppName, number>;
  const parts = option === '' ? [] : option.split(',');
  const wrong = parts.filter((part) => {
    const [name, count] = part.split('=');
    const app = APPS.find((app) => app.name === name);
    if (!app || !/^[1-9]$/.test(count ?? '')) return true;
    counts[app.name] = Number(count);
    return false;
  });
  const names = APPS.map((app) => app.name).join(', ');
  const problem = `--copies: must be <app>=<1 to 9>, separated by commas; apps are ${names}`;
  return { counts, problems: wrong.length > 0 ? [problem] : [] };
}

import { isIP } from 'node:net';
import { z } from 'zod';
import { ConfigError } from './load-config.js';

/**
 * The variables that more than one app reads, each defined once; an app picks what it needs into one schema.
 * Where a server's variable is absent, its default is the embedded server on the loopback interface.
 */

const portNumber = z.coerce
  .number('must be a port')
  .int('must be a port')
  .min(0, 'must be a port')
  .max(65_535, 'must be a port');

export const port = (fallback: number) => portNumber.default(fallback);

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' });

export const logVariables = {
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'must be a pino level')
    .default('info'),
};

export const httpVariables = { HOST: z.string().default('127.0.0.1') };

/** Names of networks that Fastify knows. */
const NAMED_NETWORKS = new Set(['loopback', 'linklocal', 'uniquelocal']);

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0) return NAMED_NETWORKS.has(text);
  const isLength =
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
  return isLength && rest.length === 0;
}

/** For apps that the outside reaches. */
export const edgeVariables = {
  RATE_LIMIT_PER_SECOND: z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(0, 'must not be negative')
    .default(0),
  TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(',').map((proxy) => proxy.trim()))
    .refine((proxies) => proxies.every(isNetwork), 'must be a comma list of addresses and networks')
    .optional(),
};

/** Where a test wants the process to die. `loadConfig` refuses it in production. */
export const failpointVariables = { EVENTFLEET_FAILPOINT: z.string().optional() };

/** What every app's process is told. See `hostSettings`. */
export const hostVariables = { ...httpVariables, ...logVariables, ...failpointVariables };

export const storeVariables = {
  EVENTFLEET_POSTGRES_PORT: port(15_432),
  EVENT_STORE_URL: postgresUrl.optional(),
  READ_STORE_URL: postgresUrl.optional(),
};

export const kafkaVariables = {
  EVENTFLEET_KAFKA_PORT: port(19_092),
  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'must be a comma list of host:port')
    .optional(),
  KAFKA_SSL: z.string().optional(),
  KAFKA_SASL_MECHANISM: z
    .enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'must be plain, scram-sha-256 or scram-sha-512')
    .optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  KAFKA_REPLICATION_FACTOR: z.coerce.number('must be a number').int().min(1).max(32_767).optional(),
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'must be letters, digits, dots, dashes')
    .default(''),
  USER_EVENTS_PARTITIONS: z.coerce.number('must be a number').int().min(1).max(10_000).default(12),
};

const MIN_SECRET = 32;
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A whole number of days, hours, minutes or seconds, such as `7d`, `12h`, `30m`, `45s`; gives milliseconds. */
export const duration = (fallback: `${number}${keyof typeof UNIT_MS}`) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}[smhd]$/, 'must be a time such as 7d, 12h, 30m or 45s')
    .default(fallback)
    .transform((text) => Number(text.slice(0, -1)) * UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS]);

/** Whether new users have to verify their email, and what the apps need for it. See `onboardingSettings`. */
export const onboardingVariables = {
  ONBOARDING: z.enum(['on', 'off'], 'must be on or off').default('off'),
  /** Milliseconds until a user who has not verified the email is deactivated. */
  ONBOARDING_TIMEOUT: duration('7d'),
  VERIFICATION_SECRET: z.string().min(MIN_SECRET, `must have at least ${MIN_SECRET} characters`).optional(),
  /** Where the links of mails point to: the command API as users reach it. */
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional(),
};

/** Names may hold what both a queue and a routing key may. */
export const rabbitmqVariables = {
  EVENTFLEET_RABBITMQ_PORT: port(15_673),
  RABBITMQ_URL: z.url({ protocol: /^amqps?$/, error: 'must be an amqp:// URL' }).optional(),
  RABBITMQ_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'must be letters, digits, dots, dashes')
    .default(''),
};

/** For apps that send mails. Without a mail server they capture them. */
export const mailVariables = {
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' }).optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/, 'must be an address, or Name <address>')
    .default('Eventfleet <no-reply@eventfleet.localhost>'),
};

type Output<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

export function hostSettings(env: Output<typeof hostVariables>, ownPort: number) {
  return { failpoint: env.EVENTFLEET_FAILPOINT, host: env.HOST, port: ownPort, logLevel: env.LOG_LEVEL };
}

export function edgeLimits(env: Output<typeof edgeVariables>) {
  return {
    requestsPerSecond: env.RATE_LIMIT_PER_SECOND,
    ...(env.TRUSTED_PROXIES ? { trustedProxies: env.TRUSTED_PROXIES } : {}),
  };
}

export interface OnboardingSettings {
  readonly isOn: boolean;
  readonly timeoutMs: number;
  /** Always there where `isOn`. */
  readonly verificationSecret?: string;
}

/** @throws ConfigError when onboarding is on without a secret for the verification tokens */
export function onboardingSettings(env: Output<typeof onboardingVariables>): OnboardingSettings {
  const isOn = env.ONBOARDING === 'on';
  const secret = env.VERIFICATION_SECRET;
  if (isOn && secret === undefined) {
    throw new ConfigError(['VERIFICATION_SECRET: is needed where ONBOARDING is on']);
  }
  return {
    isOn,
    timeoutMs: env.ONBOARDING_TIMEOUT,
    ...(secret === undefined ? {} : { verificationSecret: secret }),
  };
}

export function eventStoreUrl(env: Output<typeof storeVariables>): string {
  return env.EVENT_STORE_URL ?? embeddedPostgres(env.EVENTFLEET_POSTGRES_PORT, 'eventfleet');
}

export function readStoreUrl(env: Output<typeof storeVariables>): string {
  return env.READ_STORE_URL ?? embeddedPostgres(env.EVENTFLEET_POSTGRES_PORT, 'eventfleet_read');
}

/** Where Kafka is and how to log in. `ssl: true` trusts the usual authorities; a path names a CA file. */
export interface KafkaSettings {
  readonly brokers: string[];
  readonly ssl: boolean | { readonly caFile: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  readonly replicationFactor: number;
  /** Put before every topic and group name, so that fleets can share a cluster. Usually empty. */
  readonly topicPrefix: string;
  readonly userEventsPartitions: number;
}

export function kafkaSettings(env: Output<typeof kafkaVariables>): KafkaSettings {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username,
    KAFKA_SASL_PASSWORD: password,
  } = env;
  const ssl = env.KAFKA_SSL;
  return {
    brokers: (env.KAFKA_BROKERS ?? `127.0.0.1:${env.EVENTFLEET_KAFKA_PORT}`).split(','),
    ssl: ssl === undefined || ssl === 'false' ? false : ssl === 'true' ? true : { caFile: ssl },
    ...(mechanism ? { sasl: { mechanism, username: username ?? '', password: password ?? '' } } : {}),
    replicationFactor: env.KAFKA_REPLICATION_FACTOR ?? (env.KAFKA_BROKERS ? 3 : 1),
    topicPrefix: env.KAFKA_TOPIC_PREFIX,
    userEventsPartitions: env.USER_EVENTS_PARTITIONS,
  };
}

/** Where RabbitMQ is. */
export interface RabbitmqSettings {
  readonly url: string;
  /** Put before every exchange and queue name, so that fleets can share a server. Usually empty. */
  readonly prefix: string;
}

/** Undefined without `RABBITMQ_URL`: the RabbitMQ parts are off. `npm start` passes on the address of what it starts. */
export function rabbitmqSettings(env: Output<typeof rabbitmqVariables>): RabbitmqSettings | undefined {
  return env.RABBITMQ_URL === undefined ? undefined : { url: env.RABBITMQ_URL, prefix: env.RABBITMQ_PREFIX };
}

/** For operators, who look for it where `npm start` starts it. */
export function reachableRabbitmqSettings(env: Output<typeof rabbitmqVariables>): RabbitmqSettings {
  const embedded = `amqp://guest:guest@127.0.0.1:${env.EVENTFLEET_RABBITMQ_PORT}`;
  return { url: env.RABBITMQ_URL ?? embedded, prefix: env.RABBITMQ_PREFIX };
}

function embeddedPostgres(postgresPort: number, database: string): string {
  return `postgres://postgres:postgres@127.0.0.1:${postgresPort}/${database}`;
}

import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { z } from 'zod';
import { authVariables, isSafeUrl } from './auth.js';
import { personalDataKeyList } from './personal-data-keys.js';
import { signingKeyList } from './signing-keys.js';
import { wholeNumber } from './whole-number.js';

/**
 * The variables that more than one app reads, each defined once; an app picks what it needs into one schema.
 * Where a server's variable is absent, its default is the embedded server on the loopback interface.
 */

const MAX_PORT = 65_535;
const aPort = (lowest: number) => `must be a port, from ${lowest} to ${MAX_PORT}`;

/** Where an app listens; 0 takes any port that is free. */
export const port = (fallback: number) => wholeNumber(0, MAX_PORT, aPort(0)).default(fallback);

/** Where a server listens. */
export const knownPort = (fallback: number) => wholeNumber(1, MAX_PORT, aPort(1)).default(fallback);

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

const MAX_ORIGINS = 100;

/** As a browser writes it into `Origin`: scheme and host, and the port unless it is the scheme's own. */
function isOrigin(text: string): boolean {
  return /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** Of one client; 0: none. Its default is in `edgeLimits`: it depends on who can reach the app. */
const limit = wholeNumber(0, 1_000_000_000).optional();

/** For apps that the outside reaches, beside `httpVariables`. */
export const edgeVariables = {
  RATE_LIMIT_PER_SECOND: limit,
  EXPENSIVE_LIMIT_PER_SECOND: limit,
  IDEMPOTENCY_KEYS_PER_HOUR: limit,
  STREAMS_PER_CLIENT: limit,
  TRUSTED_PROXIES: z
    .string()
    .transform((text) => text.split(',').map((proxy) => proxy.trim()))
    .refine((proxies) => proxies.every(isNetwork), 'must be a comma list of addresses and networks')
    .optional(),
  CORS_ORIGINS: z
    .string()
    .transform((text) => text.split(',').map((origin) => origin.trim()))
    .refine(
      (origins) => origins.length <= MAX_ORIGINS && origins.every(isOrigin),
      `must be a comma list of at most ${MAX_ORIGINS} origins such as https://shop.example, without a path or *`,
    )
    .optional(),
};

/** Where a test wants the process to die. `loadConfig` refuses it in production. */
export const failpointVariables = { EVENTFLEET_FAILPOINT: z.string().optional() };

const otlpUrl = z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' }).optional();

const SAMPLERS = ['always_on', 'always_off', 'traceidratio'] as const;
const PARENT_BASED_SAMPLERS = SAMPLERS.map((sampler) => `parentbased_${sampler}` as const);

/**
 * The standard variables of OpenTelemetry that decide whether there are traces, and of which requests. All others are
 * read by its SDK alone. See `tracingSettings`.
 */
export const tracingVariables = {
  OTEL_SDK_DISABLED: z.string().toLowerCase().optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: otlpUrl,
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['grpc', 'http/protobuf', 'http/json'], 'must be grpc, http/protobuf or http/json')
    .optional(),
  OTEL_TRACES_EXPORTER: z.string().optional(),
  OTEL_TRACES_SAMPLER: z
    .enum(
      [...SAMPLERS, ...PARENT_BASED_SAMPLERS],
      'must be always_on, always_off or traceidratio, or one of them behind parentbased_',
    )
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number('must be a number from 0 to 1')
    .min(0, 'must be a number from 0 to 1')
    .max(1, 'must be a number from 0 to 1')
    .optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: z.string().optional(),
};

/** What every app reads, together with `hostRules`. See `hostSettings`. */
export const hostVariables = {
  ...httpVariables,
  ...authVariables,
  ...logVariables,
  ...failpointVariables,
  ...tracingVariables,
};

export const storeVariables = {
  EVENTFLEET_POSTGRES_PORT: knownPort(15_432),
  EVENT_STORE_URL: postgresUrl.optional(),
  READ_STORE_URL: postgresUrl.optional(),
};

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A whole number of days, hours, minutes or seconds, such as `7d`, `12h`, `30m`, `45s`; gives milliseconds. */
export const duration = (fallback: `${number}${keyof typeof UNIT_MS}`) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}[smhd]$/, 'must be a time such as 7d, 12h, 30m or 45s')
    .default(fallback)
    .transform((text) => Number(text.slice(0, -1)) * UNIT_MS[text.slice(-1) as keyof typeof UNIT_MS]);

const isSwitch = (text: string) => text === 'true' || text === 'false';

function isReadable(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}

/** For a server whose authority is not among the usual ones. Kafka's is in `KAFKA_SSL`, Postgres's in its URL. */
const caFile = z.string().refine(isReadable, 'must be a CA file that can be read').optional();

/** Together with the rule `saslIsComplete`. */
export const kafkaVariables = {
  EVENTFLEET_KAFKA_PORT: knownPort(19_092),
  KAFKA_BROKERS: z
    .string()
    .regex(/^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/, 'must be a comma list of host:port')
    .optional(),
  KAFKA_SSL: z
    .string()
    .refine(
      (text) => isSwitch(text) || isReadable(text),
      'must be true, false, or a CA file that can be read',
    )
    .optional(),
  KAFKA_SASL_MECHANISM: z
    .string()
    .toLowerCase()
    .pipe(
      z.enum(['plain', 'scram-sha-256', 'scram-sha-512'], 'must be plain, scram-sha-256 or scram-sha-512'),
    )
    .optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  KAFKA_REPLICATION_FACTOR: wholeNumber(1, 32_767).optional(),
  KAFKA_TOPIC_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'must be letters, digits, dots, dashes')
    .default(''),
  KAFKA_SESSION_TIMEOUT: duration('10s'),
  USER_EVENTS_PARTITIONS: wholeNumber(1, 10_000).default(12),
};

/** Read by `loadConfig` for every app. */
export const plaintextVariables = {
  /** Hosts that may be reached in clear text: those of a network that nobody else is in. */
  PLAINTEXT_HOSTS: z
    .string()
    .transform((text) =>
      text.split(',').map((host) =>
        host
          .trim()
          .toLowerCase()
          .replace(/^\[(.*)\]$/, '$1'),
      ),
    )
    .refine(
      (hosts) => hosts.every((host) => /^[\w.:-]+$/.test(host)),
      'must be a comma list of host names or addresses',
    )
    .default([]),
};

const MIN_SECRET = 32;

/** Whether new users have to verify their email, and what the apps need for it. See `onboardingSettings`, `onboardingHasSecret`. */
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
  EVENTFLEET_RABBITMQ_PORT: knownPort(15_673),
  RABBITMQ_URL: z.url({ protocol: /^amqps?$/, error: 'must be an amqp:// URL' }).optional(),
  RABBITMQ_CA_FILE: caFile,
  RABBITMQ_PREFIX: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'must be letters, digits, dots, dashes')
    .default(''),
};

/** For apps that publish events, or take them. Without keys nothing is signed, and nothing is verified. */
export const signingVariables = { EVENT_SIGNING_KEYS: signingKeyList };

/** For apps that store personal data, or read it. Without keys nothing is encrypted. */
export const personalDataVariables = { PERSONAL_DATA_KEY: personalDataKeyList };

/** How often an app tries an event that its code fails on. */
export const attemptsVariables = (fallback: number) => ({
  MAX_ATTEMPTS: wholeNumber(1, 100).default(fallback),
});

/** Aggregates of each projection that are compared with the event store, a second; 0: none. */
export const verificationVariables = { PROJECTION_VERIFY_RATE: wholeNumber(0, 100_000).default(100) };

/** Events that may wait to be published before commands are refused. */
export const backlogVariables = { RELAY_BACKLOG_LIMIT: wholeNumber(1, 2_000_000_000).default(1_000_000) };

/** Seconds, at most a day. */
export const readCacheVariables = { READ_CACHE_TTL: wholeNumber(0, 86_400).default(60) };

const HOSTNAME = /^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)*$/;

/** How browsers reach the console: by these names beside addresses and `localhost`, and after a login by this address. */
export const consoleVariables = {
  CONSOLE_URL: z
    .string()
    .refine(
      (text) => isSafeUrl(text) && isOrigin(text),
      'must be https://<host>, or http:// and a host of this machine, without a path',
    )
    .optional(),
  CONSOLE_HOSTNAMES: z
    .string()
    .default('')
    .transform((text) =>
      text
        .toLowerCase()
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    )
    .refine((names) => names.every((name) => HOSTNAME.test(name)), 'must be a comma list of host names'),
};

export const dataVariables = { EVENTFLEET_DATA_DIR: z.string().default('.eventfleet') };

/** For apps that send mails. Without a mail server they capture them. */
export const mailVariables = {
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' }).optional(),
  SMTP_CA_FILE: caFile,
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n<>]*<[^\s<>@]+@[^\s<>@]+>$|^[^\s<>@]+@[^\s<>@]+$/, 'must be an address, or Name <address>')
    .default('Eventfleet <no-reply@eventfleet.localhost>'),
  SMTP_CONNECTIONS: wholeNumber(1, 100).default(10),
  /** How long it may take to send one mail. */
  SMTP_TIMEOUT: duration('25s'),
  /** How long after its first attempt a mail that the mail server puts off is given up. */
  NOTIFIER_GIVE_UP_AFTER: duration('24h'),
  /** 0: any number. */
  MAILS_PER_ADDRESS_PER_DAY: wholeNumber(0, 1_000_000).default(10),
  MAILS_PER_USER_PER_DAY: wholeNumber(0, 1_000_000).default(20),
};

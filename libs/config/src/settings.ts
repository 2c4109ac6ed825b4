import type { z } from 'zod';
import { oidcSettings } from './auth.js';
import type {
  edgeVariables,
  hostVariables,
  httpVariables,
  kafkaVariables,
  onboardingVariables,
  rabbitmqVariables,
  storeVariables,
  tracingVariables,
} from './variables.js';

type Output<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape>>;

export function hostSettings(env: Output<typeof hostVariables>, ownPort: number) {
  const oidc = oidcSettings(env);
  return {
    failpoint: env.EVENTFLEET_FAILPOINT,
    host: env.HOST,
    ...(oidc && { oidc }),
    port: ownPort,
    logLevel: env.LOG_LEVEL,
    tracing: tracingSettings(env),
  };
}

export interface TracingSettings {
  /** Whether the sampler goes by a span's parent, if there is one. */
  readonly followsParent: boolean;
  /** Whether the environment names the service. */
  readonly isNamed: boolean;
}

/** Undefined if traces are off: they are on if a receiver is named, and neither the SDK nor the exporter is turned off. */
export function tracingSettings(env: Output<typeof tracingVariables>): TracingSettings | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT;
  const isOff = env.OTEL_SDK_DISABLED === 'true' || env.OTEL_TRACES_EXPORTER === 'none';
  if (endpoint === undefined || isOff) return undefined;
  return {
    followsParent: env.OTEL_TRACES_SAMPLER.startsWith('parentbased_'),
    isNamed:
      env.OTEL_SERVICE_NAME !== undefined ||
      /(^|,)\s*service\.name\s*=/.test(env.OTEL_RESOURCE_ATTRIBUTES ?? ''),
  };
}

/** Whether only this machine reaches an app that listens there. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Of one client. An app that only this machine reaches has none unless they are set. */
const DEFAULT_LIMITS = {
  requestsPerSecond: 200,
  expensiveRequestsPerSecond: 20,
  storedAnswersPerHour: 18_000,
  streamsPerClient: 20,
};
const NO_LIMITS: typeof DEFAULT_LIMITS = {
  requestsPerSecond: 0,
  expensiveRequestsPerSecond: 0,
  storedAnswersPerHour: 0,
  streamsPerClient: 0,
};

export function edgeLimits(env: Output<typeof edgeVariables & typeof httpVariables>) {
  const defaults = isLoopback(env.HOST) ? NO_LIMITS : DEFAULT_LIMITS;
  return {
    requestsPerSecond: env.RATE_LIMIT_PER_SECOND ?? defaults.requestsPerSecond,
    expensiveRequestsPerSecond: env.EXPENSIVE_LIMIT_PER_SECOND ?? defaults.expensiveRequestsPerSecond,
    storedAnswersPerHour: env.IDEMPOTENCY_KEYS_PER_HOUR ?? defaults.storedAnswersPerHour,
    streamsPerClient: env.STREAMS_PER_CLIENT ?? defaults.streamsPerClient,
    ...(env.TRUSTED_PROXIES ? { trustedProxies: env.TRUSTED_PROXIES } : {}),
    ...(env.CORS_ORIGINS ? { corsOrigins: env.CORS_ORIGINS } : {}),
  };
}

export interface OnboardingSettings {
  readonly isOn: boolean;
  readonly timeoutMs: number;
  /** There where `isOn`, by the rule `onboardingHasSecret`. */
  readonly verificationSecret?: string;
}

export function onboardingSettings(env: Output<typeof onboardingVariables>): OnboardingSettings {
  const secret = env.VERIFICATION_SECRET;
  return {
    isOn: env.ONBOARDING === 'on',
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
  /** Of every topic with a key. */
  readonly partitions: number;
  /** A member of a consumer group that is silent for so long loses its partitions. */
  readonly sessionTimeoutMs: number;
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
    ...(mechanism && username && password ? { sasl: { mechanism, username, password } } : {}),
    replicationFactor: env.KAFKA_REPLICATION_FACTOR ?? (env.KAFKA_BROKERS ? 3 : 1),
    topicPrefix: env.KAFKA_TOPIC_PREFIX,
    partitions: env.USER_EVENTS_PARTITIONS,
    sessionTimeoutMs: env.KAFKA_SESSION_TIMEOUT,
  };
}

/** Where RabbitMQ is. */
export interface RabbitmqSettings {
  readonly url: string;
  /** Of the authority that its certificate is to be from; undefined: one of the usual ones. */
  readonly caFile?: string;
  /** Put before every exchange and queue name, so that fleets can share a server. Usually empty. */
  readonly prefix: string;
}

/** Undefined without `RABBITMQ_URL`: the RabbitMQ parts are off. `npm start` passes on the address of what it starts. */
export function rabbitmqSettings(env: Output<typeof rabbitmqVariables>): RabbitmqSettings | undefined {
  return env.RABBITMQ_URL === undefined ? undefined : reachableRabbitmqSettings(env);
}

/** For operators, who look for it where `npm start` starts it. */
export function reachableRabbitmqSettings(env: Output<typeof rabbitmqVariables>): RabbitmqSettings {
  const embedded = `amqp://guest:guest@127.0.0.1:${env.EVENTFLEET_RABBITMQ_PORT}`;
  const caFile = env.RABBITMQ_CA_FILE;
  return {
    url: env.RABBITMQ_URL ?? embedded,
    prefix: env.RABBITMQ_PREFIX,
    ...(caFile === undefined ? {} : { caFile }),
  };
}

function embeddedPostgres(postgresPort: number, database: string): string {
  return `postgres://postgres:postgres@127.0.0.1:${postgresPort}/${database}`;
}

import {
  appAddresses,
  appAddressVariables,
  authVariables,
  clientSettings,
  clientVariables,
  eventStoreUrl,
  failpointVariables,
  kafkaSettings,
  kafkaVariables,
  loadConfig,
  logVariables,
  rabbitmqSettings,
  rabbitmqVariables,
  reachableRabbitmqSettings,
  readStoreUrl,
  saslIsComplete,
  signingVariables,
  storeVariables,
  type AppAddress,
  type ClientSettings,
  type KafkaSettings,
  type RabbitmqSettings,
} from '@eventfleet/config';
import type { SigningKey } from '@eventfleet/contracts';
import { z } from 'zod';

export interface FleetConfig {
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly kafka: KafkaSettings;
  /** Undefined where `RABBITMQ_URL` is not set. */
  readonly rabbitmq: RabbitmqSettings | undefined;
  /** Where RabbitMQ is looked for then. */
  readonly reachableRabbitmq: RabbitmqSettings;
  /** Records that none of them has signed are left out of a rebuild; with no key, none is. */
  readonly signingKeys: readonly SigningKey[];
  /** Whether commands over Kafka need a token; absent: no. */
  readonly needsTokens?: boolean;
  /** By which the command line gets one; undefined: it gets none. */
  readonly client?: ClientSettings | undefined;
  /** The processes that are asked what they wait for. */
  readonly apps: readonly AppAddress[];
  /** Where a test wants the process to die. */
  readonly failpoint: string | undefined;
}

const schema = z.object({
  ...logVariables,
  ...failpointVariables,
  ...storeVariables,
  ...kafkaVariables,
  ...rabbitmqVariables,
  ...signingVariables,
  ...appAddressVariables,
  ...authVariables,
  ...clientVariables,
});

/** @throws ConfigError that lists every wrong variable */
export function loadFleetConfig(): FleetConfig {
  const env = loadConfig(schema, process.env, [saslIsComplete]);
  return {
    eventStoreUrl: eventStoreUrl(env),
    readStoreUrl: readStoreUrl(env),
    kafka: kafkaSettings(env),
    rabbitmq: rabbitmqSettings(env),
    reachableRabbitmq: reachableRabbitmqSettings(env),
    signingKeys: env.EVENT_SIGNING_KEYS,
    apps: appAddresses(env),
    needsTokens: env.AUTH === 'oidc',
    client: clientSettings(env),
    failpoint: env.EVENTFLEET_FAILPOINT,
  };
}

import {
  backlogVariables,
  edgeLimits,
  edgeVariables,
  erasureKnowsReadStore,
  eventStoreUrl,
  hostRules,
  hostSettings,
  hostVariables,
  kafkaSettings,
  kafkaVariables,
  loadConfig,
  onboardingHasSecret,
  onboardingSettings,
  onboardingVariables,
  personalDataVariables,
  port,
  rabbitmqSettings,
  rabbitmqVariables,
  readStoreUrl,
  saslIsComplete,
  signingVariables,
  storeVariables,
  type KafkaSettings,
  type OnboardingSettings,
  type RabbitmqSettings,
} from '@eventfleet/config';
import type { EdgeLimits } from '@eventfleet/http';
import type { HostConfig } from '@eventfleet/app';
import type { SigningKey } from '@eventfleet/contracts';
import type { WrappingKey } from '@eventfleet/event-store';
import { z } from 'zod';

/** To Kafka, RabbitMQ and Postgres. */
export const APP_NAME = 'eventfleet-command-api';

export interface CommandApiConfig extends HostConfig {
  readonly eventStoreUrl: string;
  /** For erasures alone. */
  readonly readStoreUrl: string;
  readonly kafka: KafkaSettings;
  /** The first signs every event; none: nothing is signed. */
  readonly signingKeys: readonly SigningKey[];
  /** They unwrap the keys of personal data, the first wraps them; none: nothing is encrypted. */
  readonly personalDataKeys: readonly WrappingKey[];
  /** Undefined: events go to Kafka only. */
  readonly rabbitmq: RabbitmqSettings | undefined;
  readonly limits: EdgeLimits;
  readonly onboarding: OnboardingSettings;
  /** Events that may wait to be published before commands are refused. */
  readonly relayBacklogLimit: number;
}

const schema = z.object({
  ...hostVariables,
  ...storeVariables,
  ...kafkaVariables,
  ...signingVariables,
  ...personalDataVariables,
  ...rabbitmqVariables,
  ...edgeVariables,
  ...onboardingVariables,
  ...backlogVariables,
  COMMAND_API_PORT: port(3000),
});

/** @throws ConfigError that lists every wrong variable */
export function loadCommandApiConfig(): CommandApiConfig {
  const env = loadConfig(schema, process.env, [
    ...hostRules,
    saslIsComplete,
    onboardingHasSecret,
    erasureKnowsReadStore,
  ]);
  return {
    ...hostSettings(env, env.COMMAND_API_PORT),
    eventStoreUrl: eventStoreUrl(env),
    readStoreUrl: readStoreUrl(env),
    kafka: kafkaSettings(env),
    signingKeys: env.EVENT_SIGNING_KEYS,
    personalDataKeys: env.PERSONAL_DATA_KEY,
    rabbitmq: rabbitmqSettings(env),
    limits: edgeLimits(env),
    onboarding: onboardingSettings(env),
    relayBacklogLimit: env.RELAY_BACKLOG_LIMIT,
  };
}

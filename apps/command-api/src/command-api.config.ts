import {
  backlogVariables,
  edgeLimits,
  edgeVariables,
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
  port,
  rabbitmqSettings,
  rabbitmqVariables,
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
import { z } from 'zod';

/** To Kafka, RabbitMQ and Postgres. */
export const APP_NAME = 'eventfleet-command-api';

export interface CommandApiConfig extends HostConfig {
  readonly eventStoreUrl: string;
  readonly kafka: KafkaSettings;
  /** The first signs every event; none: nothing is signed. */
  readonly signingKeys: readonly SigningKey[];
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
  ...rabbitmqVariables,
  ...edgeVariables,
  ...onboardingVariables,
  ...backlogVariables,
  COMMAND_API_PORT: port(3000),
});

/** @throws ConfigError that lists every wrong variable */
export function loadCommandApiConfig(): CommandApiConfig {
  const env = loadConfig(schema, process.env, [...hostRules, saslIsComplete, onboardingHasSecret]);
  return {
    ...hostSettings(env, env.COMMAND_API_PORT),
    eventStoreUrl: eventStoreUrl(env),
    kafka: kafkaSettings(env),
    signingKeys: env.EVENT_SIGNING_KEYS,
    rabbitmq: rabbitmqSettings(env),
    limits: edgeLimits(env),
    onboarding: onboardingSettings(env),
    relayBacklogLimit: env.RELAY_BACKLOG_LIMIT,
  };
}

import {
  attemptsVariables,
  clientIsComplete,
  clientSettings,
  clientVariables,
  eventStoreUrl,
  hostRules,
  hostSettings,
  hostVariables,
  kafkaSettings,
  kafkaVariables,
  loadConfig,
  onboardingVariables,
  personalDataVariables,
  port,
  saslIsComplete,
  signingVariables,
  storeVariables,
  type ClientSettings,
  type KafkaSettings,
} from '@eventfleet/config';
import type { HostConfig } from '@eventfleet/app';
import type { SigningKey } from '@eventfleet/contracts';
import type { WrappingKey } from '@eventfleet/event-store';
import { DEFAULT_MAX_ATTEMPTS } from '@eventfleet/projections';
import { z } from 'zod';
import type { ProcessManagerSettings } from './process-managers.js';

export interface ProcessManagerConfig extends HostConfig, ProcessManagerSettings {
  readonly eventStoreUrl: string;
  /** How often a batch with an event at fault is tried before that event is parked. */
  readonly maxAttempts: number;
  readonly kafka: KafkaSettings;
  /** All verify the events that it takes; none: nothing is verified. */
  readonly signingKeys: readonly SigningKey[];
  /** By which it says who sends its commands; undefined: it need not. */
  readonly client?: ClientSettings | undefined;
  /** They unwrap the keys of personal data, the first wraps them; none: nothing is encrypted. */
  readonly personalDataKeys: readonly WrappingKey[];
}

const schema = z.object({
  ...hostVariables,
  ...storeVariables,
  ...kafkaVariables,
  ...signingVariables,
  ...clientVariables,
  ...personalDataVariables,
  ONBOARDING_TIMEOUT: onboardingVariables.ONBOARDING_TIMEOUT,
  PROCESS_MANAGER_PORT: port(3004),
  ...attemptsVariables(DEFAULT_MAX_ATTEMPTS),
});

/** @throws ConfigError that lists every wrong variable */
export function loadProcessManagerConfig(): ProcessManagerConfig {
  const env = loadConfig(schema, process.env, [...hostRules, clientIsComplete, saslIsComplete]);
  return {
    ...hostSettings(env, env.PROCESS_MANAGER_PORT),
    eventStoreUrl: eventStoreUrl(env),
    maxAttempts: env.MAX_ATTEMPTS,
    kafka: kafkaSettings(env),
    signingKeys: env.EVENT_SIGNING_KEYS,
    client: clientSettings(env),
    personalDataKeys: env.PERSONAL_DATA_KEY,
    onboardingTimeoutMs: env.ONBOARDING_TIMEOUT,
  };
}

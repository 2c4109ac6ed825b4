import {
  attemptsVariables,
  eventStoreUrl,
  hostRules,
  hostSettings,
  hostVariables,
  kafkaSettings,
  kafkaVariables,
  loadConfig,
  personalDataVariables,
  port,
  readStoreUrl,
  saslIsComplete,
  signingVariables,
  storeVariables,
  verificationVariables,
  type KafkaSettings,
} from '@eventfleet/config';
import type { HostConfig } from '@eventfleet/app';
import type { SigningKey } from '@eventfleet/contracts';
import type { WrappingKey } from '@eventfleet/event-store';
import { DEFAULT_MAX_ATTEMPTS } from '@eventfleet/projections';
import { z } from 'zod';

export interface ProjectorConfig extends HostConfig {
  readonly readStoreUrl: string;
  /** Where a retry finds events that never arrived; undefined if this process may not look there. */
  readonly eventStoreUrl: string | undefined;
  /** How often a batch with an event at fault is tried before that event is parked. */
  readonly maxAttempts: number;
  /** Aggregates of each projection that are compared with the event store, a second; 0: none. */
  readonly verifyRate: number;
  readonly kafka: KafkaSettings;
  /** All verify the events that it takes; none: nothing is verified. */
  readonly signingKeys: readonly SigningKey[];
  /** They unwrap the keys of personal data, the first wraps them; none: nothing is encrypted. */
  readonly personalDataKeys: readonly WrappingKey[];
}

const schema = z.object({
  ...hostVariables,
  ...storeVariables,
  ...kafkaVariables,
  ...signingVariables,
  ...personalDataVariables,
  PROJECTOR_PORT: port(3002),
  ...attemptsVariables(DEFAULT_MAX_ATTEMPTS),
  ...verificationVariables,
});

/** @throws ConfigError that lists every wrong variable */
export function loadProjectorConfig(): ProjectorConfig {
  const env = loadConfig(schema, process.env, [...hostRules, saslIsComplete]);
  return {
    ...hostSettings(env, env.PROJECTOR_PORT),
    readStoreUrl: readStoreUrl(env),
    // If the read store has a URL of its own, the event store may be on another server: its URL has to be set as well.
    eventStoreUrl: env.READ_STORE_URL && !env.EVENT_STORE_URL ? undefined : eventStoreUrl(env),
    maxAttempts: env.MAX_ATTEMPTS,
    verifyRate: env.PROJECTION_VERIFY_RATE,
    kafka: kafkaSettings(env),
    signingKeys: env.EVENT_SIGNING_KEYS,
    personalDataKeys: env.PERSONAL_DATA_KEY,
  };
}

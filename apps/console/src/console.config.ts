import type { HostConfig } from '@eventfleet/app';
import {
  appAddresses,
  appAddressVariables,
  clientSettings,
  clientVariables,
  consoleVariables,
  eventStoreUrl,
  hostRules,
  hostSettings,
  hostVariables,
  kafkaSettings,
  kafkaVariables,
  loadConfig,
  personalDataVariables,
  port,
  rabbitmqSettings,
  rabbitmqVariables,
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
import type { WrappingKey } from '@eventfleet/event-store';
import { z } from 'zod';

export interface ConsoleConfig extends HostConfig {
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly kafka: KafkaSettings;
  /** Undefined where `RABBITMQ_URL` is not set. */
  readonly rabbitmq: RabbitmqSettings | undefined;
  /** Records that none of them has signed are left out of a rebuild; with no key, none is. */
  readonly signingKeys: readonly SigningKey[];
  /** They unwrap the keys of personal data; none: events that are encrypted cannot be read. */
  readonly personalDataKeys: readonly WrappingKey[];
  /** The processes that are asked what they wait for. */
  readonly apps: readonly AppAddress[];
  /** The names, beside addresses and `localhost`, by which browsers reach it. */
  readonly hostnames: readonly string[];
  /** Scheme and host by which browsers reach it; undefined: as each names it, on this machine. */
  readonly origin?: string | undefined;
  /** By which it logs operators in, and gets tokens of its own; undefined: it does neither. */
  readonly client?: ClientSettings | undefined;
}

const schema = z.object({
  ...hostVariables,
  ...storeVariables,
  ...kafkaVariables,
  ...rabbitmqVariables,
  ...signingVariables,
  ...personalDataVariables,
  ...appAddressVariables,
  ...clientVariables,
  ...consoleVariables,
  CONSOLE_PORT: port(3005),
});

/** @throws ConfigError that lists every wrong variable */
export function loadConsoleConfig(): ConsoleConfig {
  const env = loadConfig(schema, process.env, [saslIsComplete, ...hostRules]);
  return {
    ...hostSettings(env, env.CONSOLE_PORT),
    eventStoreUrl: eventStoreUrl(env),
    readStoreUrl: readStoreUrl(env),
    kafka: kafkaSettings(env),
    rabbitmq: rabbitmqSettings(env),
    signingKeys: env.EVENT_SIGNING_KEYS,
    personalDataKeys: env.PERSONAL_DATA_KEY,
    apps: appAddresses(env),
    hostnames: [...env.CONSOLE_HOSTNAMES, ...hostnameOf(env.CONSOLE_URL)],
    origin: env.CONSOLE_URL,
    client: clientSettings(env),
  };
}

function hostnameOf(url: string | undefined): string[] {
  return url === undefined ? [] : [new URL(url).hostname];
}

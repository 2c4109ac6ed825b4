import {
  eventStoreUrl,
  httpVariables,
  kafkaSettings,
  kafkaVariables,
  loadConfig,
  logVariables,
  port,
  storeVariables,
  type KafkaSettings,
} from '@eventfleet/config';
import type { HostConfig } from '@eventfleet/http';
import { z } from 'zod';

export interface CommandApiConfig extends HostConfig {
  readonly eventStoreUrl: string;
  readonly kafka: KafkaSettings;
}

const schema = z.object({
  ...httpVariables,
  ...logVariables,
  ...storeVariables,
  ...kafkaVariables,
  COMMAND_API_PORT: port(3000),
});

/** @throws ConfigError that lists every wrong variable */
export function loadCommandApiConfig(): CommandApiConfig {
  const env = loadConfig(schema, process.env);
  return {
    host: env.HOST,
    port: env.COMMAND_API_PORT,
    logLevel: env.LOG_LEVEL,
    eventStoreUrl: eventStoreUrl(env),
    kafka: kafkaSettings(env),
  };
}

import {
  failpointVariables,
  httpVariables,
  kafkaSettings,
  kafkaVariables,
  loadConfig,
  logVariables,
  port,
  readStoreUrl,
  storeVariables,
  type KafkaSettings,
} from '@eventfleet/config';
import type { HostConfig } from '@eventfleet/http';
import { z } from 'zod';

export interface ProjectorConfig extends HostConfig {
  readonly readStoreUrl: string;
  readonly kafka: KafkaSettings;
}

const schema = z.object({
  ...failpointVariables,
  ...httpVariables,
  ...logVariables,
  ...storeVariables,
  ...kafkaVariables,
  PROJECTOR_PORT: port(3002),
});

/** @throws ConfigError that lists every wrong variable */
export function loadProjectorConfig(): ProjectorConfig {
  const env = loadConfig(schema, process.env);
  return {
    failpoint: env.EVENTFLEET_FAILPOINT,
    host: env.HOST,
    port: env.PROJECTOR_PORT,
    logLevel: env.LOG_LEVEL,
    readStoreUrl: readStoreUrl(env),
    kafka: kafkaSettings(env),
  };
}

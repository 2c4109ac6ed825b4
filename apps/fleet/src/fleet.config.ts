import {
  eventStoreUrl,
  kafkaSettings,
  kafkaVariables,
  loadConfig,
  logVariables,
  readStoreUrl,
  storeVariables,
  type KafkaSettings,
} from '@eventfleet/config';
import { z } from 'zod';

export interface FleetConfig {
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly kafka: KafkaSettings;
}

const schema = z.object({ ...logVariables, ...storeVariables, ...kafkaVariables });

/** @throws ConfigError that lists every wrong variable */
export function loadFleetConfig(): FleetConfig {
  const env = loadConfig(schema, process.env);
  return { eventStoreUrl: eventStoreUrl(env), readStoreUrl: readStoreUrl(env), kafka: kafkaSettings(env) };
}

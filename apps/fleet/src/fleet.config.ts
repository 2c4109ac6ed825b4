import {
  eventStoreUrl,
  kafkaSettings,
  kafkaVariables,
  loadConfig,
  logVariables,
  rabbitmqSettings,
  rabbitmqVariables,
  readStoreUrl,
  storeVariables,
  type KafkaSettings,
  type RabbitmqSettings,
} from '@eventfleet/config';
import { z } from 'zod';

export interface FleetConfig {
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly kafka: KafkaSettings;
  /** Undefined where there is no RabbitMQ. */
  readonly rabbitmq: RabbitmqSettings | undefined;
}

const schema = z.object({ ...logVariables, ...storeVariables, ...kafkaVariables, ...rabbitmqVariables });

/** @throws ConfigError that lists every wrong variable */
export function loadFleetConfig(): FleetConfig {
  const env = loadConfig(schema, process.env);
  return {
    eventStoreUrl: eventStoreUrl(env),
    readStoreUrl: readStoreUrl(env),
    kafka: kafkaSettings(env),
    rabbitmq: rabbitmqSettings(env),
  };
}

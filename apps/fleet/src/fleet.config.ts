import {
  eventStoreUrl,
  kafkaSettings,
  kafkaVariables,
  loadConfig,
  logVariables,
  rabbitmqSettings,
  rabbitmqVariables,
  reachableRabbitmqSettings,
  readStoreUrl,
  saslIsComplete,
  storeVariables,
  type KafkaSettings,
  type RabbitmqSettings,
} from '@eventfleet/config';
import { z } from 'zod';

export interface FleetConfig {
  readonly eventStoreUrl: string;
  readonly readStoreUrl: string;
  readonly kafka: KafkaSettings;
  /** Undefined where `RABBITMQ_URL` is not set. */
  readonly rabbitmq: RabbitmqSettings | undefined;
  /** Where RabbitMQ is looked for then. */
  readonly reachableRabbitmq: RabbitmqSettings;
}

const schema = z.object({ ...logVariables, ...storeVariables, ...kafkaVariables, ...rabbitmqVariables });

/** @throws ConfigError that lists every wrong variable */
export function loadFleetConfig(): FleetConfig {
  const env = loadConfig(schema, process.env, [saslIsComplete]);
  return {
    eventStoreUrl: eventStoreUrl(env),
    readStoreUrl: readStoreUrl(env),
    kafka: kafkaSettings(env),
    rabbitmq: rabbitmqSettings(env),
    reachableRabbitmq: reachableRabbitmqSettings(env),
  };
}

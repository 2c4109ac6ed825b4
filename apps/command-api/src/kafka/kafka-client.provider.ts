import { createKafka } from '@eventfleet/kafka';
import { LOGGER } from '@eventfleet/observability';
import type { FactoryProvider } from '@nestjs/common';
import type { Logger } from 'pino';
import { CONFIG } from '../app-context.module.js';
import { APP_NAME, type CommandApiConfig } from '../command-api.config.js';

export const KAFKA_CLIENT = Symbol('KAFKA_CLIENT');

export const kafkaClient: FactoryProvider = {
  provide: KAFKA_CLIENT,
  inject: [CONFIG, LOGGER],
  useFactory: ({ kafka }: CommandApiConfig, logger: Logger) => createKafka(kafka, APP_NAME, logger),
};

import { LOGGER } from '@eventfleet/observability';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import type { NotifierConfig } from './notifier.config.js';

export const NOTIFIER_CONFIG = Symbol('NOTIFIER_CONFIG');
/** Shows in the lists of connections of Postgres, Kafka and RabbitMQ. */
export const CLIENT_NAME = 'eventfleet-notifier';

/** The config and the logger, for every module of the app. */
@Module({})
export class NotifierSettingsModule {
  static forRoot(config: NotifierConfig, logger: Logger): DynamicModule {
    return {
      module: NotifierSettingsModule,
      global: true,
      providers: [
        { provide: NOTIFIER_CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
      ],
      exports: [NOTIFIER_CONFIG, LOGGER],
    };
  }
}

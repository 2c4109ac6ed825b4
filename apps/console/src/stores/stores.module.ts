import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ConsoleConfig } from '../console.config.js';
import { Stores } from './stores.js';

/** The servers of the fleet, for the whole app. */
@Module({})
export class StoresModule {
  static forRoot(config: ConsoleConfig, logger: Logger): DynamicModule {
    return {
      module: StoresModule,
      global: true,
      providers: [{ provide: Stores, useFactory: () => new Stores(config, logger) }],
      exports: [Stores],
    };
  }
}

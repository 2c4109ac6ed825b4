import { Module, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import type { CommandApiConfig } from '../command-api.config.js';
import { EventStorePools } from '../event-store/event-store-pools.js';
import { registerErasureMetrics } from './erasure.metrics.js';
import { Erasures } from './erasures.js';
import { ErasuresController } from './erasures.controller.js';
import { PersonalDataKeysController } from './personal-data-keys.controller.js';

export const ERASURE_ROUTES = [ErasuresController, PersonalDataKeysController];

/** Erasures, their receipts, and the keys of personal data. If nothing is encrypted, metrics alone. */
@Module({})
export class ErasureModule implements OnApplicationBootstrap {
  constructor(private readonly eventStore: EventStorePools) {}

  static forRoot({ personalDataKeys }: CommandApiConfig): DynamicModule {
    if (personalDataKeys.length === 0) return { module: ErasureModule };
    return {
      module: ErasureModule,
      controllers: ERASURE_ROUTES,
      providers: [Erasures],
    };
  }

  onApplicationBootstrap(): void {
    registerErasureMetrics(this.eventStore.shared);
  }
}

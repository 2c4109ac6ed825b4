import { Module, type DynamicModule } from '@nestjs/common';
import type { CommandApiConfig } from '../command-api.config.js';
import { Erasures } from './erasures.js';
import { ErasuresController } from './erasures.controller.js';
import { PersonalDataKeysController } from './personal-data-keys.controller.js';

export const ERASURE_ROUTES = [ErasuresController, PersonalDataKeysController];

/** Erasures, their receipts, and the keys of personal data. Empty if nothing is encrypted. */
@Module({})
export class ErasureModule {
  static forRoot({ personalDataKeys }: CommandApiConfig): DynamicModule {
    if (personalDataKeys.length === 0) return { module: ErasureModule };
    return {
      module: ErasureModule,
      controllers: ERASURE_ROUTES,
      providers: [Erasures],
    };
  }
}

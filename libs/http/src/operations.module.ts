import { type DynamicModule, type FactoryProvider, Module, type ModuleMetadata } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { READINESS_CHECKS, type ReadinessCheck } from './readiness-check.js';

export interface OperationsOptions {
  /** Modules that export what `useFactory` injects. */
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly inject?: NonNullable<FactoryProvider['inject']>;
  readonly useFactory: FactoryProvider<readonly ReadinessCheck[]>['useFactory'];
}

/** `GET /health/live`, `GET /health/ready` over the app's readiness checks, and `GET /metrics`. */
@Module({})
export class OperationsModule {
  static forRoot({ imports = [], inject = [], useFactory }: OperationsOptions): DynamicModule {
    return {
      module: OperationsModule,
      imports: [...imports, TerminusModule.forRoot({ logger: false })],
      controllers: [HealthController, MetricsController],
      providers: [{ provide: READINESS_CHECKS, inject, useFactory }],
    };
  }
}

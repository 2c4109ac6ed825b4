import { KafkaBatchStrategy, type KafkaBatchStrategyOptions } from '@eventfleet/kafka/nest';
import type { SigningKey } from '@eventfleet/contracts';
import { Module, type DynamicModule, type FactoryProvider, type ModuleMetadata } from '@nestjs/common';
import type { RevealEvents } from './event-source.js';
import { ParkedEventProcessor, type ParkedEventProcessorOptions } from './parking/parked-event-processor.js';
import { assignedPartitions } from './runtime/assigned-partitions.js';
import { authenticity } from './runtime/is-authentic.js';
import { ProjectionRuntime } from './runtime/projection-runtime.js';
import { RecordVerifier } from './record-verification/record-verifier.js';
import { setAsideInKafka } from './record-verification/set-aside-in-kafka.js';

export interface ProjectionsModuleOptions
  extends
    Pick<KafkaBatchStrategyOptions, 'kafka' | 'settings' | 'tuning' | 'onFatal'>,
    Required<Pick<ParkedEventProcessorOptions, 'pool' | 'projections' | 'logger' | 'sourceOf'>> {
  /** Any of them may have signed a record; with none, no record is looked at. */
  readonly signingKeys: readonly SigningKey[];
  /** Undefined if the data of records is never encrypted. */
  readonly reveal?: RevealEvents | undefined;
  /** How often a batch with an event at fault is tried before that event is parked. */
  readonly maxAttempts: number;
}

export interface ProjectionsModuleAsyncOptions {
  /** Modules that export what `useFactory` injects. */
  readonly imports?: NonNullable<ModuleMetadata['imports']>;
  readonly inject?: NonNullable<FactoryProvider['inject']>;
  readonly useFactory: FactoryProvider<ProjectionsModuleOptions>['useFactory'];
}

const OPTIONS = Symbol('options of the projections');

/**
 * What a process needs to run projections, for the whole app: the `ProjectionRuntime` that applies batches, the
 * `KafkaBatchStrategy` that brings them (connect it as a microservice), and the `ParkedEventProcessor`. The module starts
 * and stops nothing: the app does so, because the processor has to stop after the consumers and before the pool.
 */
@Module({})
export class ProjectionsModule {
  static forRootAsync({
    imports = [],
    inject = [],
    useFactory,
  }: ProjectionsModuleAsyncOptions): DynamicModule {
    return {
      module: ProjectionsModule,
      global: true,
      imports,
      providers: [
        { provide: OPTIONS, inject, useFactory },
        {
          provide: ProjectionRuntime,
          inject: [OPTIONS],
          useFactory: (options: ProjectionsModuleOptions) => {
            const { pool, logger, maxAttempts, signingKeys, reveal } = options;
            const verifier = new RecordVerifier({
              ...options,
              setAside: setAsideInKafka(options),
              isAuthentic: authenticity(signingKeys),
            });
            return new ProjectionRuntime(pool, logger, { maxAttempts, verifier, reveal });
          },
        },
        {
          provide: KafkaBatchStrategy,
          inject: [OPTIONS],
          useFactory: ({ kafka, settings, tuning, logger, onFatal }: ProjectionsModuleOptions) =>
            new KafkaBatchStrategy({ kafka, settings, ...(tuning && { tuning }), logger, onFatal }),
        },
        {
          provide: ParkedEventProcessor,
          inject: [OPTIONS, KafkaBatchStrategy],
          useFactory: makeParkedEventProcessor,
        },
      ],
      exports: [ProjectionRuntime, KafkaBatchStrategy, ParkedEventProcessor],
    };
  }
}

function makeParkedEventProcessor(
  { pool, projections, settings: { topicPrefix }, logger, sourceOf, reveal }: ProjectionsModuleOptions,
  strategy: KafkaBatchStrategy,
): ParkedEventProcessor {
  return new ParkedEventProcessor({
    pool,
    projections,
    topicPrefix,
    logger,
    sourceOf,
    reveal,
    assigned: () => assignedPartitions(projections, topicPrefix, strategy.health()),
  });
}

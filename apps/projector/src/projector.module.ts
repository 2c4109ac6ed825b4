import { exitFatally } from '@eventfleet/app';
import type { RecordedEvent } from '@eventfleet/contracts';
import type { EventStore, PersonalData } from '@eventfleet/event-store';
import { OperationsModule, type ReadinessCheck } from '@eventfleet/http';
import { createKafka } from '@eventfleet/kafka';
import { KafkaBatchStrategy } from '@eventfleet/kafka/nest';
import { hasMigration } from '@eventfleet/postgres';
import { ProjectionsModule, type ProjectionsModuleOptions } from '@eventfleet/projections/nest';
import { READ_STORE_SCHEMA } from '@eventfleet/read-models';
import { Module, type DynamicModule } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import {
  CLIENT_NAME,
  ConnectionsModule,
  EVENT_STORE,
  PERSONAL_DATA,
  READ_STORE,
} from './connections.module.js';
import { projectionConsumer } from './projection.consumer.js';
import { projections } from './projections.js';
import type { ProjectorConfig } from './projector.config.js';
import { ProjectorLifecycle } from './projector.lifecycle.js';
import { rowVerificationProvider } from './row-verification.provider.js';

/** Partitions whose batches a projection is given at the same time: small ones share a transaction. */
const CONCURRENCY = 12;

/** Consumers that hand each projection its batches, and what they need. */
@Module({})
export class ProjectorModule {
  static forRoot(config: ProjectorConfig, logger: Logger): DynamicModule {
    return {
      module: ProjectorModule,
      imports: [
        ConnectionsModule.forRoot(config, logger),
        ProjectionsModule.forRootAsync({
          inject: [READ_STORE, EVENT_STORE, PERSONAL_DATA],
          useFactory: (
            pool: pg.Pool,
            eventStore: EventStore | null,
            personalData: PersonalData | null,
          ): ProjectionsModuleOptions => ({
            projections,
            pool,
            kafka: createKafka(config.kafka, CLIENT_NAME, logger),
            settings: config.kafka,
            tuning: { concurrency: CONCURRENCY },
            maxAttempts: config.maxAttempts,
            signingKeys: config.signingKeys,
            logger,
            onFatal: (error) =>
              exitFatally(
                logger,
                error,
                'a consumer failed for good: the process ends, and its supervisor starts it again',
              ),
            sourceOf: () => eventStore ?? undefined,
            reveal: personalData ? (events) => personalData.revealEach(events, keepsKey) : undefined,
          }),
        }),
        OperationsModule.forRoot({
          inject: [READ_STORE, KafkaBatchStrategy],
          useFactory: readinessChecks,
        }),
      ],
      controllers: projections.map(projectionConsumer),
      providers: [rowVerificationProvider(config), ProjectorLifecycle],
    };
  }
}

/** Both projections read the first event of a user together. Then the key is rarely needed again soon. */
function keepsKey({ version }: Pick<RecordedEvent, 'version'>): boolean {
  return version > 1;
}

function readinessChecks(readStore: pg.Pool, consumers: KafkaBatchStrategy): ReadinessCheck[] {
  return [
    {
      name: 'read-store',
      async check() {
        if (!(await hasMigration(readStore, READ_STORE_SCHEMA)))
          throw new Error('waiting for migrations: run fleet migrate');
      },
    },
    {
      name: 'consumers',
      async check() {
        consumers.assertReady();
        return consumers.details();
      },
    },
  ];
}

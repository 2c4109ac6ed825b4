import { createKafka } from '@eventfleet/kafka';
import { LOGGER } from '@eventfleet/observability';
import { createPool } from '@eventfleet/postgres';
import { SCHEMA } from '@eventfleet/process-managers';
import { Module, type DynamicModule } from '@nestjs/common';
import type { Logger } from 'pino';
import type { ProcessManagerConfig } from './process-manager.config.js';

/** The name of this app, as Kafka and Postgres show it. */
export const CLIENT_NAME = 'eventfleet-process-manager';

/** The injection token of the pool that finds the process managers' tables. */
export const PROCESS_MANAGER_STORE = Symbol('process manager store');
/** The injection token of the pool that finds the event store's tables. */
export const EVENT_STORE = Symbol('event store');
/** The injection token of the Kafka client. */
export const KAFKA = Symbol('kafka');

/** Partitions worked on at a time, one for timers, one for parked events, and one for health and metrics. */
const CONNECTIONS = 6;
/** One reads the tail, one keeps the lease, one answers health and metrics. */
const RELAY_CONNECTIONS = 3;

/** The stores, the Kafka client and the logger, for the whole app. Connects at first use, not at start. */
@Module({})
export class ConnectionsModule {
  static forRoot({ eventStoreUrl: url, kafka }: ProcessManagerConfig, logger: Logger): DynamicModule {
    return {
      module: ConnectionsModule,
      global: true,
      providers: [
        { provide: LOGGER, useValue: logger },
        {
          provide: PROCESS_MANAGER_STORE,
          // Commits are durable: a command that was sent is not decided again.
          useFactory: () =>
            createPool({
              url,
              applicationName: CLIENT_NAME,
              max: CONNECTIONS,
              pipeline: true,
              schema: SCHEMA,
            }),
        },
        {
          provide: EVENT_STORE,
          useFactory: () =>
            createPool({
              url,
              applicationName: CLIENT_NAME,
              max: RELAY_CONNECTIONS,
              synchronousCommit: false,
            }),
        },
        { provide: KAFKA, useFactory: () => createKafka(kafka, CLIENT_NAME, logger) },
      ],
      exports: [LOGGER, PROCESS_MANAGER_STORE, EVENT_STORE, KAFKA],
    };
  }
}

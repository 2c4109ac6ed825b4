import { EventStore, personalDataOf, type PersonalData } from '@eventfleet/event-store';
import { LOGGER } from '@eventfleet/observability';
import { createPool } from '@eventfleet/postgres';
import { Module, type DynamicModule } from '@nestjs/common';
import type pg from 'pg';
import type { Logger } from 'pino';
import { reportBrokenChains } from './broken-chains.js';
import type { ProjectorConfig } from './projector.config.js';

/** The name of this app, as Kafka and Postgres show it. */
export const CLIENT_NAME = 'eventfleet-projector';

/** The injection token of the read store's pool. */
export const READ_STORE = Symbol('read store');

/** The injection token of the event store, read only; null if this process may not look there. */
export const EVENT_STORE = Symbol('event store');

/** The injection token of the `PersonalData`; null if this process has no key, or no event store. */
export const PERSONAL_DATA = Symbol('personal data');

/** The injection token of the pool that the verification of rows uses; null if it is off. */
export const VERIFICATION_POOL = Symbol('verification pool');

const EVENT_STORE_POOL = Symbol('event store pool');

/** At most: partitions that are applied by themselves, over both projections, one for parked events, one for health. */
const CONNECTIONS = 26;
const EVENT_STORE_CONNECTIONS = 4;
/** The sum of all contributions takes some seconds for millions of aggregates. */
const VERIFICATION_TIMEOUT_MS = 60_000;

/** The stores and the logger, for the whole app. Connects at first use, not at start. */
@Module({})
export class ConnectionsModule {
  static forRoot(
    { readStoreUrl, eventStoreUrl, verifyRate, personalDataKeys }: ProjectorConfig,
    logger: Logger,
  ): DynamicModule {
    return {
      module: ConnectionsModule,
      global: true,
      providers: [
        { provide: LOGGER, useValue: logger },
        {
          provide: READ_STORE,
          useFactory: () =>
            createPool({
              url: readStoreUrl,
              applicationName: CLIENT_NAME,
              max: CONNECTIONS,
              pipeline: true,
              // A crash of the server loses rows and checkpoint together, if at all: they are read from Kafka again.
              synchronousCommit: false,
            }),
        },
        {
          provide: VERIFICATION_POOL,
          useFactory: () =>
            eventStoreUrl === undefined || verifyRate === 0
              ? null
              : createPool({
                  url: readStoreUrl,
                  applicationName: CLIENT_NAME,
                  max: 1,
                  pipeline: true,
                  synchronousCommit: false,
                  timeoutMs: VERIFICATION_TIMEOUT_MS,
                }),
        },
        {
          provide: EVENT_STORE_POOL,
          useFactory: () =>
            eventStoreUrl === undefined
              ? null
              : createPool({
                  url: eventStoreUrl,
                  applicationName: CLIENT_NAME,
                  max: EVENT_STORE_CONNECTIONS,
                  readOnly: true,
                }),
        },
        {
          provide: PERSONAL_DATA,
          inject: [EVENT_STORE_POOL],
          useFactory: (pool: pg.Pool | null) => (pool && personalDataOf(pool, personalDataKeys)) ?? null,
        },
        {
          provide: EVENT_STORE,
          inject: [EVENT_STORE_POOL, PERSONAL_DATA],
          useFactory: (pool: pg.Pool | null, personalData: PersonalData | null) =>
            pool && new EventStore(pool, personalData ?? undefined, reportBrokenChains(logger)),
        },
      ],
      exports: [LOGGER, READ_STORE, EVENT_STORE, PERSONAL_DATA, VERIFICATION_POOL],
    };
  }
}

import type { TokenVerifier } from '@eventfleet/auth';
import { issuerCheck, OpenApiModule, OperationsModule } from '@eventfleet/http';
import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ConsistencyModule } from './consistency/consistency.module.js';
import { EventStoreModule } from './event-store/event-store.module.js';
import { StoredEvents } from './event-store/stored-events.js';
import type { QueryAggregate } from './query-aggregate.js';
import type { QueryApiConfig } from './query-api.config.js';
import { queryApi } from './query-api.description.js';
import { ListStore } from './read-store/list-store.js';
import { ReadStoreModule } from './read-store/read-store.module.js';

/** Queries of the read models and of the events, each of which may wait for the client's own command. */
@Module({})
export class QueryApiModule {
  static forRoot(
    config: QueryApiConfig,
    aggregates: readonly QueryAggregate[],
    verifier?: TokenVerifier,
  ): DynamicModule {
    return {
      module: QueryApiModule,
      imports: [
        CqrsModule.forRoot(),
        ReadStoreModule.forRoot(config.readStoreUrl),
        EventStoreModule.forRoot(config),
        ConsistencyModule,
        ...aggregates.map(({ module }) => module(config)),
        OpenApiModule.forRoot(queryApi(aggregates)),
        OperationsModule.forRoot({
          inject: [ListStore, StoredEvents],
          useFactory: (readStore: ListStore, events: StoredEvents) => [
            { name: 'read-store', check: () => readStore.checkReady() },
            { name: 'event-store', check: () => events.checkReady() },
            ...issuerCheck(verifier),
          ],
        }),
      ],
    };
  }
}

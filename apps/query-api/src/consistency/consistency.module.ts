import { Global, Module } from '@nestjs/common';
import { StoredEvents } from '../event-store/stored-events.js';
import { ListStore } from '../read-store/list-store.js';
import { ReadStore } from '../read-store/read-store.js';
import { EventStoreReader } from './event-store-reader.js';
import { IssuedTokens } from './issued-tokens.js';
import { ListReader } from './list-reader.js';
import { ReadStoreReader } from './read-store-reader.js';

/** Read-your-writes for the queries of every aggregate. */
@Global()
@Module({
  providers: [
    {
      provide: IssuedTokens,
      inject: [StoredEvents],
      useFactory: (store: StoredEvents) => new IssuedTokens(store),
    },
    {
      provide: ReadStoreReader,
      inject: [ReadStore, IssuedTokens],
      useFactory: (store: ReadStore, tokens: IssuedTokens) => new ReadStoreReader(store, tokens),
    },
    {
      provide: ListReader,
      inject: [ListStore, IssuedTokens],
      useFactory: (store: ListStore, tokens: IssuedTokens) => new ListReader(store, tokens),
    },
    {
      provide: EventStoreReader,
      inject: [StoredEvents, IssuedTokens],
      useFactory: (store: StoredEvents, tokens: IssuedTokens) => new EventStoreReader(store, tokens),
    },
  ],
  exports: [ReadStoreReader, ListReader, EventStoreReader],
})
export class ConsistencyModule {}

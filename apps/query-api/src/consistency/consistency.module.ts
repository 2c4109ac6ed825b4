import { Global, Module } from '@nestjs/common';
import { StoredEvents } from '../event-store/stored-events.js';
import { ReadStore } from '../read-store/read-store.js';
import { EventStoreReader } from './event-store-reader.js';
import { ReadStoreReader } from './read-store-reader.js';

/** Read-your-writes for the queries of every aggregate. */
@Global()
@Module({
  providers: [
    {
      provide: ReadStoreReader,
      inject: [ReadStore],
      useFactory: (store: ReadStore) => new ReadStoreReader(store),
    },
    {
      provide: EventStoreReader,
      inject: [StoredEvents],
      useFactory: (store: StoredEvents) => new EventStoreReader(store),
    },
  ],
  exports: [ReadStoreReader, EventStoreReader],
})
export class ConsistencyModule {}

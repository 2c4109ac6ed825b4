import { createPool } from '@eventfleet/postgres';
import { type DynamicModule, Module } from '@nestjs/common';
import { ListStore } from './list-store.js';
import { ReadStore } from './read-store.js';

const POOL_SIZE = 7;
const LIST_POOL_SIZE = 3;
/** Short, so that a store that hangs is answered within two seconds. */
const QUERY_TIMEOUT_MS = 900;

/** The read store for the whole app: a pool for reads by id, and one for lists. Connects at first use, not at start. */
@Module({})
export class ReadStoreModule {
  static forRoot(url: string): DynamicModule {
    const poolOf = (max: number) =>
      createPool({
        url,
        applicationName: 'eventfleet query-api',
        max,
        timeoutMs: QUERY_TIMEOUT_MS,
        // pg then drops a connection on which an answer is overdue.
        pipeline: true,
      });
    return {
      module: ReadStoreModule,
      global: true,
      providers: [
        { provide: ReadStore, useFactory: () => new ReadStore(poolOf(POOL_SIZE)) },
        { provide: ListStore, useFactory: () => new ListStore(poolOf(LIST_POOL_SIZE)) },
      ],
      exports: [ReadStore, ListStore],
    };
  }
}

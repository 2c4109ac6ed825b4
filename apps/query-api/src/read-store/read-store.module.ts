import { createPool } from '@eventfleet/postgres';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { driverOnPool } from './driver-on-pool.js';
import { ListStore } from './list-store.js';
import { ReadStore } from './read-store.js';

const POOL_SIZE = 7;
const LIST_POOL_SIZE = 3;
/** Short, so that a store that hangs is answered within two seconds. */
const QUERY_TIMEOUT_MS = 900;

/** The read store for the whole app: a pool for reads by id, and one for lists, under TypeORM too. Connects at first use, not at start. */
@Module({})
export class ReadStoreModule {
  static forRoot(url: string, entities: Type[]): DynamicModule {
    const poolOf = (max: number) =>
      createPool({
        url,
        applicationName: 'eventfleet query-api',
        max,
        timeoutMs: QUERY_TIMEOUT_MS,
        // pg then drops a connection on which an answer is overdue; TypeORM would give it back as sound.
        pipeline: true,
      });
    const listPool = poolOf(LIST_POOL_SIZE);
    return {
      module: ReadStoreModule,
      global: true,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          driver: driverOnPool(listPool),
          entities,
          installExtensions: false,
          manualInitialization: true,
        }),
      ],
      providers: [
        { provide: ReadStore, useFactory: () => new ReadStore(poolOf(POOL_SIZE)) },
        {
          provide: ListStore,
          inject: [getDataSourceToken()],
          useFactory: (dataSource: DataSource) => new ListStore(listPool, dataSource),
        },
      ],
      exports: [ReadStore, ListStore],
    };
  }
}

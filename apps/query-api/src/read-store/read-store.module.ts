import { createPool } from '@eventfleet/postgres';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { driverOnPool } from './driver-on-pool.js';
import { ReadStore } from './read-store.js';

const POOL_SIZE = 10;
/** Short, so that a store that hangs is answered within two seconds. */
const QUERY_TIMEOUT_MS = 900;

/** The read store for the whole app: one pool, under TypeORM too. Connects at first use, not at start. */
@Module({})
export class ReadStoreModule {
  static forRoot(url: string, entities: Type[]): DynamicModule {
    const pool = createPool({
      url,
      applicationName: 'eventfleet query-api',
      max: POOL_SIZE,
      timeoutMs: QUERY_TIMEOUT_MS,
      // pg then drops a connection on which an answer is overdue; TypeORM would give it back as sound.
      pipeline: true,
    });
    return {
      module: ReadStoreModule,
      global: true,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          driver: driverOnPool(pool),
          entities,
          installExtensions: false,
          manualInitialization: true,
        }),
      ],
      providers: [
        {
          provide: ReadStore,
          inject: [getDataSourceToken()],
          useFactory: (dataSource: DataSource) => new ReadStore(pool, dataSource),
        },
      ],
      exports: [ReadStore],
    };
  }
}

import { OperationsModule } from '@eventfleet/http';
import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ConsistentReader } from './consistency/consistent-reader.js';
import type { QueryApiConfig } from './query-api.config.js';
import { ReadStore } from './read-store/read-store.js';
import { ReadStoreModule } from './read-store/read-store.module.js';
import { GetUserController } from './users/get-user/get-user.controller.js';
import { GetUserHandler } from './users/get-user/get-user.handler.js';
import { UserCache } from './users/get-user/user-cache.js';
import { ListUsersController } from './users/list-users/list-users.controller.js';
import { ListUsersHandler } from './users/list-users/list-users.handler.js';
import { GetUserStatisticsController } from './users/get-user-statistics/get-user-statistics.controller.js';
import { GetUserStatisticsHandler } from './users/get-user-statistics/get-user-statistics.handler.js';

/** Every use case of the app: its edge and its handler. */
@Module({})
export class QueryApiModule {
  static forRoot(config: QueryApiConfig): DynamicModule {
    return {
      module: QueryApiModule,
      imports: [
        CqrsModule.forRoot(),
        ReadStoreModule.forRoot(config.readStoreUrl),
        OperationsModule.forRoot({
          inject: [ReadStore],
          useFactory: (store: ReadStore) => [{ name: 'read-store', check: () => store.checkReady() }],
        }),
      ],
      controllers: [GetUserController, ListUsersController, GetUserStatisticsController],
      providers: [
        { provide: UserCache, useValue: new UserCache(config.readCacheTtlSeconds) },
        ConsistentReader,
        GetUserHandler,
        ListUsersHandler,
        GetUserStatisticsHandler,
      ],
    };
  }
}

import { type DynamicModule, Module } from '@nestjs/common';
import { StoredEvents } from '../event-store/stored-events.js';
import { GetUserStatisticsController } from './get-user-statistics/get-user-statistics.controller.js';
import { GetUserStatisticsHandler } from './get-user-statistics/get-user-statistics.handler.js';
import { GetPastUserHandler } from './get-past-user/get-past-user.handler.js';
import { GetUserController } from './get-user/get-user.controller.js';
import { GetUserHandler } from './get-user/get-user.handler.js';
import { UserCache } from './get-user/user-cache.js';
import { ListUserEventsController } from './list-user-events/list-user-events.controller.js';
import { ListUserEventsHandler } from './list-user-events/list-user-events.handler.js';
import { ListUsersController } from './list-users/list-users.controller.js';
import { ListUsersHandler } from './list-users/list-users.handler.js';
import { StreamUsersController } from './stream-users/stream-users.controller.js';
import { UserStreams } from './stream-users/user-streams.js';

/** Every route of users. */
export const USER_ROUTES = [
  StreamUsersController,
  GetUserController,
  ListUserEventsController,
  ListUsersController,
  GetUserStatisticsController,
];

/** The queries about users. */
@Module({})
export class UsersModule {
  /** @param cacheTtlSeconds how old an answer from memory may be while the store is away; 0: none is given */
  static forRoot(cacheTtlSeconds: number): DynamicModule {
    return {
      module: UsersModule,
      controllers: USER_ROUTES,
      providers: [
        { provide: UserCache, useValue: new UserCache(cacheTtlSeconds) },
        {
          provide: UserStreams,
          inject: [StoredEvents],
          useFactory: (store: StoredEvents) => new UserStreams(store),
        },
        GetUserHandler,
        GetPastUserHandler,
        ListUserEventsHandler,
        ListUsersHandler,
        GetUserStatisticsHandler,
      ],
    };
  }
}

import type { QueryAggregate } from '../query-aggregate.js';
import { USER_PROBLEMS } from './user.problems.js';
import { USER_ROUTES, UsersModule } from './users.module.js';

export const users: QueryAggregate = {
  problems: USER_PROBLEMS,
  routes: USER_ROUTES,
  module: ({ readCacheTtlSeconds }) => UsersModule.forRoot(readCacheTtlSeconds),
};

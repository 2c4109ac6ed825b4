import { userAggregate } from '@eventfleet/contracts';
import type { CommandAggregate } from '../command-aggregate.js';
import { userDecider } from './user.decider.js';
import { USER_PROBLEMS } from './user.problems.js';
import { USER_ROUTES, UsersModule } from './users.module.js';

export const users: CommandAggregate = {
  aggregate: userAggregate,
  decider: userDecider,
  refusals: USER_PROBLEMS,
  routes: USER_ROUTES,
  module: ({ onboarding, personalDataKeys }) => UsersModule.forRoot(onboarding, personalDataKeys.length > 0),
};

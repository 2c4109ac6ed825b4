import type { QueryAggregate } from './query-aggregate.js';
import { users } from './users/users.aggregate.js';

/** Every aggregate whose read models this app queries. */
export const aggregates: readonly QueryAggregate[] = [users];

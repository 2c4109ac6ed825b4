import type { QueryAggregate } from './query-aggregate.js';
import { users } from './users/user.query-aggregate.js';

/** Every aggregate whose read models this app queries. */
export const aggregates: readonly QueryAggregate[] = [users];

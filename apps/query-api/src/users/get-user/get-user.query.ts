import type { UserView } from '@eventfleet/read-models/queries';
import { Query } from '@nestjs/cqrs';
import type { ConsistencyDemand } from '../../consistency/consistency-demand.js';

/** The user; with an age where memory stood in for a store that is away. */
export interface UserAnswer {
  readonly user: UserView;
  readonly ageSeconds?: number;
  readonly ttlSeconds?: number;
}

export class GetUser extends Query<UserAnswer> {
  constructor(
    readonly id: string,
    readonly demand: ConsistencyDemand | undefined,
  ) {
    super();
  }
}

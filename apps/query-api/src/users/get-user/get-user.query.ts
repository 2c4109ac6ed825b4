import type { UserView } from '@eventfleet/read-models/queries';
import { Query } from '@nestjs/cqrs';
import type { ConsistencyRequirement } from '../../consistency/consistency-requirement.js';

/** The user; with an age if it comes from memory, because the store is away. */
export interface UserAnswer {
  readonly user: UserView;
  readonly ageSeconds?: number;
  readonly ttlSeconds?: number;
}

export class GetUser extends Query<UserAnswer> {
  constructor(
    readonly id: string,
    readonly consistency: ConsistencyRequirement | undefined,
  ) {
    super();
  }
}

import type { UserPage } from '@eventfleet/read-models/queries';
import { Query } from '@nestjs/cqrs';
import type { ConsistencyRequirement } from '../../consistency/consistency-requirement.js';
import type { ListUsersParameters } from './list-users.request.js';

export class ListUsers extends Query<UserPage> {
  constructor(
    readonly parameters: ListUsersParameters,
    readonly consistency: ConsistencyRequirement | undefined,
  ) {
    super();
  }
}

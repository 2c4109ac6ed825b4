import type { UserPage } from '@eventfleet/read-models/queries';
import { Query } from '@nestjs/cqrs';
import type { ConsistencyDemand } from '../../consistency/consistency-demand.js';
import type { ListUsersParameters } from './list-users.request.js';

export class ListUsers extends Query<UserPage> {
  constructor(
    readonly parameters: ListUsersParameters,
    readonly demand: ConsistencyDemand | undefined,
  ) {
    super();
  }
}

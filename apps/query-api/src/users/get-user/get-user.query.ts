import type { UserView } from '@eventfleet/read-models/queries';
import { Query } from '@nestjs/cqrs';
import type { ConsistencyDemand } from '../../consistency/consistency-demand.js';

export class GetUser extends Query<UserView> {
  constructor(
    readonly id: string,
    readonly demand: ConsistencyDemand | undefined,
  ) {
    super();
  }
}

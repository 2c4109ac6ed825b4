import type { UserStatistics } from '@eventfleet/read-models/queries';
import { Query } from '@nestjs/cqrs';
import type { ConsistencyDemand } from '../../consistency/consistency-demand.js';

export class GetUserStatistics extends Query<UserStatistics> {
  constructor(readonly demand: ConsistencyDemand | undefined) {
    super();
  }
}

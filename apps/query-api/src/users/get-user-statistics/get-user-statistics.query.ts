import type { UserStatistics } from '@eventfleet/read-models/queries';
import { Query } from '@nestjs/cqrs';
import type { ConsistencyRequirement } from '../../consistency/consistency-requirement.js';

export class GetUserStatistics extends Query<UserStatistics> {
  constructor(readonly consistency: ConsistencyRequirement | undefined) {
    super();
  }
}

import type { AuditTrailPage } from '@eventfleet/read-models/queries';
import { Query } from '@nestjs/cqrs';
import type { ConsistencyRequirement } from '../../consistency/consistency-requirement.js';
import type { ListUserEventsParameters } from './list-user-events.request.js';

export class ListUserEvents extends Query<AuditTrailPage> {
  constructor(
    readonly id: string,
    readonly parameters: ListUserEventsParameters,
    readonly consistency: ConsistencyRequirement | undefined,
  ) {
    super();
  }
}

import { Query } from '@nestjs/cqrs';
import type { ConsistencyRequirement } from '../../consistency/consistency-requirement.js';
import type { AuditItem } from '../history/audit-item.js';
import type { ListUserEventsParameters } from './list-user-events.request.js';

export interface AuditTrailPage {
  /** Oldest first. */
  readonly items: readonly AuditItem[];
  /** The `after` of the next page; null on the last page. */
  readonly nextCursor: number | null;
}

export class ListUserEvents extends Query<AuditTrailPage> {
  constructor(
    readonly id: string,
    readonly parameters: ListUserEventsParameters,
    readonly consistency: ConsistencyRequirement | undefined,
  ) {
    super();
  }
}

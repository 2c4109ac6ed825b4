import { Query } from '@nestjs/cqrs';
import type { ConsistencyRequirement } from '../../consistency/consistency-requirement.js';
import type { PastUserView } from '@eventfleet/read-models/queries';

/** A version, or an instant in epoch milliseconds. */
export type Moment = { readonly version: number } | { readonly at: number };

export class GetPastUser extends Query<PastUserView> {
  constructor(
    readonly id: string,
    readonly moment: Moment,
    readonly consistency: ConsistencyRequirement | undefined,
  ) {
    super();
  }
}

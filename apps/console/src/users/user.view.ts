/** What the page shows of a user. Types alone: the page imports this file too. */
import type { AuditItem, PastUserView, UserView } from '@eventfleet/read-models/queries';

export type { AuditItem, PastUserView, UserView };

/** A user in one read model. */
export interface UserInReadModel {
  readonly projection: string;
  /** The last version that is applied; 0 for none. */
  readonly version: number;
  /** Versions of the event store that are not applied. */
  readonly behind: number;
  readonly isParked: boolean;
}

export interface UserSummary {
  readonly id: string;
  /** Of the event store. */
  readonly version: number;
  /** As the events say; null for a user who is deleted. */
  readonly now: PastUserView | null;
  /** The row that queries show; null if there is none. */
  readonly row: UserView | null;
  readonly readModels: readonly UserInReadModel[];
}

export interface UserAtVersion {
  readonly version: number;
  /** Null before the creation and after the deletion. */
  readonly state: PastUserView | null;
}

export interface TimelinePage {
  readonly items: readonly AuditItem[];
  readonly nextCursor: number | null;
}

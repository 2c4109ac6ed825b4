/** Conflicts of the history as the page shows them. Types alone: the page imports this file too. */
import type { ConflictMark, ConflictReason } from '@eventfleet/history';

export type { ConflictMark, ConflictReason };

export interface ConflictEventView {
  readonly version: number;
  readonly type: string;
  readonly eventId: string;
  readonly occurredAt: string;
  /** As JSON. */
  readonly data: string;
  /** Why a published event cannot be taken back by itself; null for one of the store. */
  readonly reason: ConflictReason | null;
}

export interface ConflictView {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly mark: ConflictMark | null;
  readonly published: readonly ConflictEventView[];
  readonly stored: readonly ConflictEventView[];
}

export interface ConflictsView {
  readonly total: number;
  /** At most 50. */
  readonly conflicts: readonly ConflictView[];
}

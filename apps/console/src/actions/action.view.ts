/** The operators' log. Types alone: the page imports this file too. */
import type { RecordedAction } from '@eventfleet/operators';

export type { RecordedAction };

export interface ActionsPage {
  /** Newest first. */
  readonly items: readonly RecordedAction[];
  /** The `before` of the next page; null on the last page. */
  readonly nextCursor: string | null;
}

/** Dead letters as the page shows them. Types alone: the page imports this file too. */
import type { RecordView } from '../parked/parked.view.js';

export interface DeadLetterTopicView {
  readonly topic: string;
  /** How many are there, retried or not. */
  readonly total: number;
  /** How many of them have not been retried. */
  readonly waiting: number;
}

export interface DeadLetterQueueView {
  readonly queue: string;
  readonly waiting: number;
  readonly oldest: { readonly code: string; readonly message: string; readonly at: string } | null;
}

export interface DeadLetterOverviewView {
  readonly topics: readonly DeadLetterTopicView[];
  readonly queues: readonly DeadLetterQueueView[];
}

export interface DeadLetterView {
  readonly record: RecordView;
  /** Where it came from, and why it is here; null for a record that does not say. */
  readonly origin: { readonly topic: string; readonly partition: number; readonly offset: string } | null;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly attempts: number;
    readonly at: string;
  } | null;
  readonly canRetry: boolean;
}

export interface DeadLettersPage {
  /** Newest first. */
  readonly items: readonly DeadLetterView[];
  /** The `before` of the next page; null on the last page. */
  readonly nextCursor: string | null;
}

export interface RetriedView {
  readonly retried: number;
  /** They cannot be published again: nobody here wrote them, or their bytes were not kept. */
  readonly passedOver: number;
}

import type { RecordedEvent } from '@eventfleet/contracts';
import type { EventIdentity, EventSource } from '../event-source.js';

/** Up to where events have been published to a topic. */
export interface PublishedMark {
  readonly position: { readonly transactionId: string; readonly globalPosition: string };
  readonly clusterId: string;
  readonly topicId: string;
  /** By partition: every record of the published events lies below. */
  readonly nextOffsets: readonly bigint[];
}

/** What the verification of rows asks the event store. */
export interface VerificationSource extends EventSource {
  /** The ids of the aggregates that have events, in their order. */
  listAggregates(query: {
    readonly aggregateType: string;
    readonly after: string | undefined;
    readonly limit: number;
  }): Promise<readonly string[]>;
  /** The events of many aggregates, by aggregate id and version; at most `limit`. */
  readEventsOf(query: {
    readonly aggregateType: string;
    readonly aggregateIds: readonly string[];
    readonly limit: number;
  }): Promise<readonly RecordedEvent[]>;
  /** @throws a transient error while it may lack events that were published: no difference counts then */
  requireCompared(): Promise<void>;
  /** @returns undefined if nobody knows */
  readPublished(topic: string): Promise<PublishedMark | undefined>;
  /** Those of these events that were published when the mark was read. */
  findPublished<Event extends EventIdentity>(
    events: readonly Event[],
    mark: PublishedMark,
  ): Promise<readonly Event[]>;
}

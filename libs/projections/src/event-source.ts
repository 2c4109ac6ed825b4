import type { RecordedEvent } from '@eventfleet/contracts';

/** What says that an event is this one, and no other. */
export type EventIdentity = Pick<RecordedEvent, 'eventId' | 'aggregateType' | 'aggregateId' | 'version'>;

/**
 * Reads the data of records as it was before it was encrypted: each event in its place, or why it cannot be read.
 * @throws a transient error as long as the keys cannot be asked for
 */
export type RevealEvents = (events: readonly RecordedEvent[]) => Promise<readonly (RecordedEvent | Error)[]>;

/** What projections ask the event store: Kafka may hold records that it never wrote. */
export interface EventSource {
  /**
   * Those of these events that the store does not have.
   * @throws a transient error as long as the store cannot say
   */
  findUnknown<Event extends EventIdentity>(events: readonly Event[]): Promise<readonly Event[]>;
  /** The events of an aggregate in version order, both ends included; versions that are not there are left out. */
  readStream(
    stream: Pick<RecordedEvent, 'aggregateType' | 'aggregateId'>,
    range: { readonly fromVersion?: number; readonly toVersion: number },
  ): Promise<readonly RecordedEvent[]>;
}

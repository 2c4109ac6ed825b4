/** A domain event as a decider returns it: its wire name and its data, nothing else. */
export interface DomainEvent<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** What the fleet knows of an event besides its data. The same in the store, in Kafka and in RabbitMQ. */
export interface EventMetadata {
  /** UUIDv7, unique for ever: the key to recognise a repeat across transports. */
  readonly eventId: string;
  readonly schemaVersion: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** The aggregate's version after this event: from 1, without gaps. */
  readonly version: number;
  /** Decimal. Identifies the event in its store; it is not an order (commits happen out of order). */
  readonly globalPosition: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly occurredAt: string;
  /** The request that all of this started with. */
  readonly correlationId: string;
  /** The message (command or event) that directly caused this event. */
  readonly causationId: string;
  /** Who asked for it, as the token named them; absent if nobody had to say. It may tell a person apart. */
  readonly actor?: string;
  /** W3C trace context of the request. */
  readonly traceparent: string;
}

/** An event as it is stored and sent: `data` is the JSON text, serialised once and never touched again. */
export interface RecordedEvent extends EventMetadata {
  readonly type: string;
  readonly data: string;
}

/** A parsed, current-schema event. A union of events gives a union of envelopes: switch on `type`. */
export type EventEnvelope<E extends DomainEvent = DomainEvent> = E extends DomainEvent
  ? EventMetadata & E
  : never;

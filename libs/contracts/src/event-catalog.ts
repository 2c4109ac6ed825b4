import type { z } from 'zod';
import type { DomainEvent, EventEnvelope, RecordedEvent } from './event-envelope.js';
import {
  defineMessages,
  type MessageCatalog,
  type MessageDefinition,
  type MessageOf,
  type Upcasters,
} from './message-catalog.js';

/** One event type: its wire name, the version of its schema, and the schema itself. */
export type EventDefinition<Type extends string = string, Data = unknown> = MessageDefinition<Type, Data>;

/** The events of a definition or of a catalog. */
export type EventOf<D> = D extends EventCatalog<infer Event> ? Event : MessageOf<D>;

/** Every event of one aggregate type, by its wire name. */
export interface EventCatalog<E extends DomainEvent = DomainEvent> extends MessageCatalog<E> {
  readonly aggregateType: string;
  /** Its topic in Kafka, and its exchange in RabbitMQ. */
  readonly topic: string;
  /** The event that says that the personal data of an aggregate is erased; undefined if there is none. */
  readonly erasedBy: string | undefined;
  /**
   * Parses a recorded event: JSON, upcast to today's schema, validated.
   * Unknown fields are dropped, so that an older reader survives an added field.
   * @throws ContractError `malformed-json`, `unknown-event-type`, `future-schema-version` or `schema-violation`
   */
  parse(recorded: RecordedEvent): EventEnvelope<E>;
}

/**
 * An event of the aggregate type that its wire name begins with: `user.created`.
 * @param options `personal`: the fields that are encrypted before the event is stored, if encryption is on
 */
export function defineEvent<Type extends string, Data>(
  type: Type,
  schemaVersion: number,
  schema: z.ZodType<Data>,
  options: Pick<EventDefinition, 'personal'> = {},
): EventDefinition<Type, Data> {
  return { type, schemaVersion, schema, ...options };
}

/** The catalog of an aggregate type that is no `defineAggregate` of its own. */
export function defineEventCatalog<const D extends readonly EventDefinition[]>(options: {
  aggregateType: string;
  topic: string;
  events: D;
  upcasters?: Upcasters;
  erasedBy?: string | undefined;
}): EventCatalog<MessageOf<D[number]>> {
  const { aggregateType, topic, events, upcasters, erasedBy } = options;
  const { types, definitions, read, schemaVersionOf, personalFieldsOf } = defineMessages(events, upcasters);
  return {
    aggregateType,
    topic,
    types,
    definitions,
    schemaVersionOf,
    personalFieldsOf,
    erasedBy,
    read,
    parse(recorded) {
      const { data } = read(recorded);
      return { ...recorded, schemaVersion: schemaVersionOf(recorded.type), data } as EventEnvelope<
        MessageOf<D[number]>
      >;
    },
  };
}

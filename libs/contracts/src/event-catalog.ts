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
  /**
   * Parses a recorded event: JSON, upcast to today's schema, validated.
   * Unknown fields are dropped, so that an older reader survives an added field.
   * @throws ContractError `malformed-json`, `unknown-event-type`, `future-schema-version` or `schema-violation`
   */
  parse(recorded: RecordedEvent): EventEnvelope<E>;
}

/** An event of the aggregate type that its wire name begins with: `user.created`. */
export function defineEvent<Type extends string, Data>(
  type: Type,
  schemaVersion: number,
  schema: z.ZodType<Data>,
): EventDefinition<Type, Data> {
  return { type, schemaVersion, schema };
}

/** The catalog of an aggregate type that is no `defineAggregate` of its own. */
export function defineEventCatalog<const D extends readonly EventDefinition[]>(options: {
  aggregateType: string;
  topic: string;
  events: D;
  upcasters?: Upcasters;
}): EventCatalog<MessageOf<D[number]>> {
  const { aggregateType, topic, events, upcasters } = options;
  const { types, definitions, read, schemaVersionOf } = defineMessages(events, upcasters);
  return {
    aggregateType,
    topic,
    types,
    definitions,
    schemaVersionOf,
    read,
    parse(recorded) {
      const { data } = read(recorded);
      return { ...recorded, schemaVersion: schemaVersionOf(recorded.type), data } as EventEnvelope<
        MessageOf<D[number]>
      >;
    },
  };
}

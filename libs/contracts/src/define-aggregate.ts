import type { CommandCatalog } from './command-catalog.js';
import { defineEventCatalog, type EventCatalog, type EventDefinition } from './event-catalog.js';
import type { DomainEvent } from './event-envelope.js';
import type { MessageOf, Upcasters } from './message-catalog.js';
import { commandTopics, type KeyedTopic } from './keyed-topic.js';

/** What every app shares about one aggregate type. */
export interface Aggregate<
  Event extends DomainEvent = DomainEvent,
  Commands extends CommandCatalog | undefined = CommandCatalog | undefined,
> {
  /** Stands in the store with every event. The wire names of its events begin with it: `user.created`. */
  readonly name: string;
  readonly events: EventCatalog<Event>;
  /** Commands that services send over Kafka; undefined if it takes none. */
  readonly commands: Commands;
  /** Every topic that it needs. */
  readonly topics: readonly KeyedTopic[];
}

export interface AggregateDefinition<
  Events extends readonly EventDefinition[],
  Commands extends CommandCatalog | undefined,
> {
  readonly name: string;
  /** Its events' topic in Kafka, and their exchange in RabbitMQ. */
  readonly topic: string;
  readonly events: Events;
  readonly upcasters?: Upcasters;
  /** The event that says that its personal data is erased. The key is destroyed together with its append. */
  readonly erasedBy?: Events[number]['type'];
  readonly commands?: Commands;
}

/**
 * Declares an aggregate type, once for all apps. List it in `aggregates.ts`.
 * @throws Error if an event's wire name does not begin with the aggregate's name: consumers tell the type by it
 */
export function defineAggregate<
  const Events extends readonly EventDefinition[],
  Commands extends CommandCatalog | undefined = undefined,
>(definition: AggregateDefinition<Events, Commands>): Aggregate<MessageOf<Events[number]>, Commands> {
  const { name, topic, events, upcasters = {}, erasedBy, commands } = definition;
  const stray = events.find(({ type }) => !type.startsWith(`${name}.`));
  if (stray) throw new Error(`the event ${stray.type} must begin with ${name}.`);
  return {
    name,
    events: defineEventCatalog({ aggregateType: name, topic, events, upcasters, erasedBy }),
    commands: commands as Commands,
    topics: [{ name: topic }, ...(commands ? commandTopics(commands) : [])],
  };
}

import type { z } from 'zod';
import type { DomainEvent, EventEnvelope, RecordedEvent } from './event-envelope.js';
import { ContractError } from './contract.errors.js';

/** One event type: its wire name, the version of its schema, and the schema itself. */
export interface EventDefinition<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly schemaVersion: number;
  readonly schema: z.ZodType<Data>;
}

/** Lifts data of schema version `n` (its key is `type:n`) to version `n + 1`. Pure. */
export type Upcasters = Readonly<Record<string, (data: unknown) => unknown>>;

export type EventOf<D> = D extends EventDefinition<infer Type, infer Data> ? DomainEvent<Type, Data> : never;

/** Everything that the fleet must know about the events of one aggregate type. */
export interface EventCatalog<E extends DomainEvent = DomainEvent> {
  readonly aggregateType: string;
  readonly topic: string;
  /** The schema version that is written today for this event type. */
  schemaVersionOf(type: E['type']): number;
  /**
   * Parses a recorded event: JSON, upcast to today's schema, validated.
   * Unknown fields are dropped, so that an older reader survives an added field.
   * @throws ContractError `malformed-json`, `unknown-event-type`, `future-schema-version` or `schema-violation`
   */
  parse(recorded: RecordedEvent): EventEnvelope<E>;
  /** `parse` without the envelope. */
  read(stored: StoredData): E;
}

export type StoredData = Pick<RecordedEvent, 'type' | 'schemaVersion' | 'data'>;

export function defineEvent<Type extends string, Data>(
  type: Type,
  schemaVersion: number,
  schema: z.ZodType<Data>,
): EventDefinition<Type, Data> {
  return { type, schemaVersion, schema };
}

/** Builds the catalog of an aggregate type: an explicit map from wire name to definition. */
export function defineCatalog<const D extends readonly EventDefinition[]>(options: {
  aggregateType: string;
  topic: string;
  events: D;
  upcasters?: Upcasters;
}): EventCatalog<EventOf<D[number]>> {
  type E = EventOf<D[number]>;
  const { aggregateType, topic, upcasters = {} } = options;
  const definitions = new Map<string, EventDefinition>(options.events.map((event) => [event.type, event]));

  function read(stored: StoredData): E {
    const definition = definitionOf(definitions, stored.type);
    const upcasted = upcast(definition, upcasters, stored.schemaVersion, parseJson(stored.data));
    const result = definition.schema.safeParse(upcasted);
    if (!result.success) {
      const paths = result.error.issues.map((issue) => `${issue.path.join('.') || '(root)'}: ${issue.code}`);
      throw new ContractError(
        'schema-violation',
        `${stored.type} does not fit its schema: ${paths.join(', ')}`,
      );
    }
    return { type: stored.type, data: result.data } as E;
  }

  return {
    aggregateType,
    topic,
    schemaVersionOf: (type) => definitionOf(definitions, type).schemaVersion,
    read,
    parse(recorded) {
      const { data } = read(recorded);
      const schemaVersion = definitionOf(definitions, recorded.type).schemaVersion;
      return { ...recorded, schemaVersion, data } as EventEnvelope<E>;
    },
  };
}

function definitionOf(definitions: ReadonlyMap<string, EventDefinition>, type: string): EventDefinition {
  const definition = definitions.get(type);
  if (!definition)
    throw new ContractError('unknown-event-type', `no event type ${JSON.stringify(type)} is known`);
  return definition;
}

function upcast(definition: EventDefinition, upcasters: Upcasters, from: number, data: unknown): unknown {
  if (from > definition.schemaVersion) {
    throw new ContractError(
      'future-schema-version',
      `${definition.type} has schema version ${from}, this reader knows up to ${definition.schemaVersion}`,
    );
  }
  let lifted = data;
  for (let version = from; version < definition.schemaVersion; version++) {
    const lift = upcasters[`${definition.type}:${version}`];
    if (!lift) throw new ContractError('schema-violation', `no upcaster for ${definition.type}:${version}`);
    lifted = lift(lifted);
  }
  return lifted;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error that this comes from quotes the value.
    throw new ContractError('malformed-json', 'the value is no JSON');
  }
}

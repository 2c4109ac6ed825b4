import type { z } from 'zod';
import { ContractError } from './contract.errors.js';
import { isEncrypted } from './personal-data/encrypted-fields.js';

/** One type of message: its wire name, the version of its schema, and the schema itself. */
export interface MessageDefinition<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly schemaVersion: number;
  readonly schema: z.ZodType<Data>;
  /** The fields at the top of its data that are about a person, in every schema version. */
  readonly personal?: readonly string[];
}

/** Lifts data of schema version `n` (its key is `type:n`) to version `n + 1`. Pure. */
export type Upcasters = Readonly<Record<string, (data: unknown) => unknown>>;

/** A message as it is stored or sent: `data` is JSON text. */
export interface StoredMessage {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
}

/** A message's wire name and its data, nothing else. */
export interface WireMessage<Type extends string = string, Data = unknown> {
  readonly type: Type;
  readonly data: Data;
}

/** An explicit map from wire name to definition. */
export interface MessageCatalog<M extends WireMessage = WireMessage> {
  /** Every wire name. */
  readonly types: readonly M['type'][];
  /** Every message with its schema of today. */
  readonly definitions: readonly MessageDefinition[];
  /** The schema version that is written today for this type. @throws ContractError `unknown-event-type` */
  schemaVersionOf(this: void, type: M['type']): number;
  /** The personal fields of its data. @throws ContractError `unknown-event-type` */
  personalFieldsOf(this: void, type: M['type']): readonly string[];
  /**
   * Parses JSON, upcasts it to today's schema and validates it.
   * @throws ContractError `malformed-json`, `unknown-event-type`, `future-schema-version` or `schema-violation`;
   *   `personal-data-encrypted` if personal fields were not decrypted before (`decryptPersonal`)
   */
  read(this: void, stored: StoredMessage): M;
}

export type MessageOf<D> =
  D extends MessageDefinition<infer Type, infer Data> ? WireMessage<Type, Data> : never;

export function defineMessages<const D extends readonly MessageDefinition[]>(
  list: D,
  upcasters: Upcasters = {},
): MessageCatalog<MessageOf<D[number]>> {
  type M = MessageOf<D[number]>;
  const definitions = new Map<string, MessageDefinition>(list.map((message) => [message.type, message]));
  return {
    types: [...definitions.keys()],
    definitions: list,
    schemaVersionOf: (type) => definitionOf(definitions, type).schemaVersion,
    personalFieldsOf: (type) => definitionOf(definitions, type).personal ?? [],
    read({ type, schemaVersion, data }) {
      const definition = definitionOf(definitions, type);
      const upcasted = upcast(definition, upcasters, schemaVersion, parseJson(data));
      const result = definition.schema.safeParse(upcasted);
      if (!result.success) {
        if (isEncrypted({ data }))
          throw new ContractError(
            'personal-data-encrypted',
            `${type} has personal fields that are encrypted`,
          );
        const paths = result.error.issues.map(
          (issue) => `${issue.path.join('.') || '(root)'}: ${issue.code}`,
        );
        throw new ContractError('schema-violation', `${type} does not fit its schema: ${paths.join(', ')}`);
      }
      return { type, data: result.data } as M;
    },
  };
}

function definitionOf(definitions: ReadonlyMap<string, MessageDefinition>, type: string): MessageDefinition {
  const definition = definitions.get(type);
  if (!definition)
    throw new ContractError('unknown-event-type', `no event type ${JSON.stringify(type)} is known`);
  return definition;
}

function upcast(definition: MessageDefinition, upcasters: Upcasters, from: number, data: unknown): unknown {
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

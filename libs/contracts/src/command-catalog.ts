import type { z } from 'zod';
import {
  defineMessages,
  type WireMessage,
  type MessageCatalog,
  type MessageDefinition,
  type MessageOf,
} from './message-catalog.js';

/** A command as it is sent: its wire name and its data, nothing else. */
export type DomainCommand<Type extends string = string, Data = unknown> = WireMessage<Type, Data>;

/** One command type: its wire name, the version of its schema, and the schema itself. */
export type CommandDefinition<Type extends string = string, Data = unknown> = MessageDefinition<Type, Data>;

/** The commands of a definition or of a catalog. */
export type CommandOf<D> = D extends CommandCatalog<infer Command> ? Command : MessageOf<D>;

/** Every command to one aggregate type that services send over Kafka, by its wire name. */
export interface CommandCatalog<C extends DomainCommand = DomainCommand> extends MessageCatalog<C> {
  /** As the outbox of a process manager names them: `user-command`. */
  readonly aggregateType: string;
  readonly topic: string;
  /** Where command-api answers them. */
  readonly replyTopic: string;
}

/** A command, named in the imperative: `create-user`. */
export function defineCommand<Type extends string, Data>(
  type: Type,
  schemaVersion: number,
  schema: z.ZodType<Data>,
): CommandDefinition<Type, Data> {
  return { type, schemaVersion, schema };
}

export function defineCommandCatalog<const D extends readonly CommandDefinition[]>(options: {
  /** The aggregate type that they are for. */
  aggregate: string;
  topic: string;
  replyTopic: string;
  commands: D;
}): CommandCatalog<MessageOf<D[number]>> {
  const { aggregate, topic, replyTopic, commands } = options;
  return { aggregateType: `${aggregate}-command`, topic, replyTopic, ...defineMessages(commands) };
}

import { v5 } from 'uuid';
import { z } from 'zod';
import type { CloudEventMessage, IncomingMessage } from '../../cloud-events.js';
import { ContractError } from '../../contract.errors.js';
import { defineMessages, type MessageDefinition, type MessageOf } from '../../message-catalog.js';
import { headerText } from '../../header-text.js';

const NAMESPACE = '0d6d0d1e-6f0a-4a52-9d0f-7a4b7b6f2b10';

/** `type` is the command's, `id` the user's; `commandSource` is absent if the command did not name its source. */
const about = {
  commandId: z.string(),
  commandSource: z.string().optional(),
  type: z.string(),
  id: z.string(),
};

/** The command took effect, or there was nothing to change: the user is at `version`. */
const accepted = {
  type: 'command.accepted',
  schemaVersion: 1,
  schema: z.object({ ...about, version: z.number().int() }),
} as const satisfies MessageDefinition;

/** The command was refused for good; `code` is as in the command API's problems. */
const rejected = {
  type: 'command.rejected',
  schemaVersion: 1,
  schema: z.object({ ...about, code: z.string(), detail: z.string() }),
} as const satisfies MessageDefinition;

/** How commands that came over Kafka are answered, in the topic `userCommands.replyTopic`. */
export const userCommandReplies = defineMessages([accepted, rejected]);

export type UserCommandReply = MessageOf<typeof accepted> | MessageOf<typeof rejected>;

export interface ReplyAttributes {
  readonly correlationId: string;
  readonly traceparent: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  /** Tells a further reply about the same command from the first one. Usually absent. */
  readonly discriminator?: string;
}

/** A reply as a message for the topic `user-command-replies`. Equal arguments give equal messages. */
export function toUserCommandReply(reply: UserCommandReply, attributes: ReplyAttributes): CloudEventMessage {
  const { type, data } = reply;
  const { commandId, commandSource } = data;
  const { correlationId, traceparent, time, discriminator } = attributes;
  return {
    key: data.id,
    value: JSON.stringify(data),
    headers: {
      ce_specversion: '1.0',
      ce_id: userCommandReplyId(data, discriminator),
      ce_source: '/eventfleet/command-api',
      ce_type: type,
      ce_subject: data.id,
      ce_time: time,
      ce_dataschema: `urn:eventfleet:schema:${type}:${userCommandReplies.schemaVersionOf(type)}`,
      ce_partitionkey: data.id,
      ce_correlationid: correlationId,
      ce_causationid: commandId,
      ...(commandSource !== undefined && { ce_commandsource: commandSource }),
      'content-type': 'application/json',
      traceparent,
    },
  };
}

/** @throws ContractError when it is no reply */
export function fromUserCommandReply(message: IncomingMessage): UserCommandReply {
  const { value, headers = {} } = message;
  const type = headerText(headers['ce_type']);
  if (type === undefined || value === null) {
    throw new ContractError('malformed-message', 'the type or the value is missing');
  }
  const schema = headerText(headers['ce_dataschema']) ?? '';
  const schemaVersion = Number(/:(\d{1,9})$/.exec(schema)?.[1] ?? 1);
  return userCommandReplies.read({ type, schemaVersion, data: value.toString('utf8') });
}

/** The same for the same command, however often it is answered: the key to recognise a repeat. */
export function userCommandReplyId(
  { commandId, commandSource }: Pick<UserCommandReply['data'], 'commandId' | 'commandSource'>,
  discriminator?: string,
): string {
  // No part holds a line break, and an id is never empty: so no two commands give one text.
  const command = commandSource === undefined ? commandId : `\n${commandSource}\n${commandId}`;
  return v5(discriminator === undefined ? command : `${command}\n${discriminator}`, NAMESPACE);
}

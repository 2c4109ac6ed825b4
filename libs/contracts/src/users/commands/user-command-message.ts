import { isUtf8 } from 'node:buffer';
import type { CloudEventMessage, IncomingMessage } from '../../cloud-events.js';
import { ContractError } from '../../contract.errors.js';
import { headerText } from '../../header-text.js';
import { userId } from '../user-fields.js';
import { userCommands, type UserCommandContent } from './user-commands.js';

export interface UserCommandAttributes {
  /**
   * 1 to 255 printable ASCII characters, never used for another command of the same source. To send a command again
   * under its id is safe: it takes effect once, and gets the same reply.
   */
  readonly commandId: string;
  readonly userId: string;
  /** Refuse with `version-mismatch` unless this is the user's version. */
  readonly expectedVersion?: number;
  readonly correlationId?: string;
  /** The message that made the sender send this one. */
  readonly causationId?: string;
  readonly traceparent?: string;
}

export type UserCommandMessage = UserCommandAttributes & UserCommandContent;

/** A command as it was read. Source and id together identify it: two sources may use the same id. */
export type ReceivedUserCommand = UserCommandMessage & {
  /** Who sent it; absent if the message does not say. */
  readonly source?: string;
};

/**
 * A command as a message for the topic `user-commands`: attributes are headers, the value is the data.
 * @param sender who sends it, such as `/shop/checkout`: 1 to 1,024 characters, no control characters. `time` is
 *   RFC 3339, UTC
 */
export function toUserCommand(
  command: UserCommandMessage,
  sender: { readonly source: string; readonly time: string },
): CloudEventMessage {
  const {
    commandId,
    userId: subject,
    type,
    expectedVersion,
    correlationId,
    causationId,
    traceparent,
  } = command;
  return {
    key: subject,
    value: JSON.stringify(command.data),
    headers: {
      ce_specversion: '1.0',
      ce_id: commandId,
      ce_source: sender.source,
      ce_type: type,
      ce_subject: subject,
      ce_time: sender.time,
      ce_dataschema: `urn:eventfleet:schema:${type}:${userCommands.schemaVersionOf(type)}`,
      ce_partitionkey: subject,
      ...(expectedVersion !== undefined && { ce_expectedversion: String(expectedVersion) }),
      ...(correlationId !== undefined && { ce_correlationid: correlationId }),
      ...(causationId !== undefined && { ce_causationid: causationId }),
      'content-type': 'application/json',
      ...(traceparent !== undefined && { traceparent }),
    },
  };
}

/** What `fromUserCommand` takes. */
export const COMMAND_SHAPES = {
  ce_specversion: /^1\.\d+$/,
  ce_id: /^[\x20-\x7e]{1,255}$/,
  // Bytes that are no UTF-8 read as U+FFFD: two sources could look alike.
  ce_source: /^[^\p{Cc}\ufffd]{1,1024}$/u,
  ce_type: /^[a-z-]{1,100}$/,
  ce_dataschema: /^urn:eventfleet:schema:[a-z-]+:\d{1,9}$/,
  ce_expectedversion: /^(0|[1-9]\d{0,8})$/,
} as const;

/**
 * Reads a command; the inverse of `toUserCommand`. Needed are the key, `ce_id` and `ce_type`; of the other attributes,
 * what is there must be right. Further headers do not matter.
 * @throws ContractError `malformed-message`, `malformed-json`, `unknown-event-type`, `future-schema-version` or
 *   `schema-violation`; without any of the command's data
 */
export function fromUserCommand(message: IncomingMessage): ReceivedUserCommand {
  const headers = message.headers ?? {};
  const wrong: string[] = [];
  const text = (name: string): string | undefined => headerText(headers[name]);
  const attribute = (name: keyof typeof COMMAND_SHAPES, fallback?: string): string => {
    const found = text(name) ?? fallback;
    if (found !== undefined && COMMAND_SHAPES[name].test(found)) return found;
    wrong.push(name);
    return '';
  };
  attribute('ce_specversion', '1.0');
  const commandId = attribute('ce_id');
  const source = text('ce_source') === undefined ? undefined : attribute('ce_source');
  const type = attribute('ce_type');
  const schema = attribute('ce_dataschema', `urn:eventfleet:schema:${type || 'unknown'}:1`);
  const isConditional = text('ce_expectedversion') !== undefined;
  const expectedVersion = isConditional ? Number(attribute('ce_expectedversion')) : undefined;
  if (wrong.length > 0) {
    throw new ContractError('malformed-message', `missing or wrong attributes: ${wrong.join(', ')}`);
  }
  const { key, value } = message;
  const id = userId.safeParse(key?.toString('utf8'));
  if (!id.success) throw new ContractError('malformed-message', 'the key is not the id of a user');
  if (text('ce_subject') !== undefined && text('ce_subject')?.toLowerCase() !== id.data) {
    throw new ContractError('malformed-message', 'the key is not the subject');
  }
  if (value === null || !isUtf8(value)) throw new ContractError('malformed-json', 'the value is no JSON');
  const data = value.toString('utf8');
  const schemaVersion = Number(schema.slice(schema.lastIndexOf(':') + 1));
  const correlationId = text('ce_correlationid');
  const causationId = text('ce_causationid');
  const traceparent = text('traceparent');
  return {
    commandId,
    ...(source !== undefined && { source }),
    userId: id.data,
    ...userCommands.read({ type, schemaVersion, data }),
    ...(expectedVersion !== undefined && { expectedVersion }),
    ...(correlationId !== undefined && { correlationId }),
    ...(causationId !== undefined && { causationId }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

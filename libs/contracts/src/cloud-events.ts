import { ContractError } from './contract.errors.js';
import type { RecordedEvent } from './event-envelope.js';
import { headerText, type HeaderValue } from './header-text.js';
import { SIGNATURE_HEADER } from './signing/canonical-record.js';
import { signRecord, type SigningKey } from './signing/record-signature.js';

/**
 * CloudEvents 1.0, Kafka protocol binding, binary content mode: attributes are headers, the value is the data.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 */
export interface CloudEventMessage {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A message as a Kafka client hands it over. */
export interface IncomingMessage {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, HeaderValue | HeaderValue[] | undefined>> | undefined;
}

/** Whose messages these are, as `ce_source`. */
export type MessageSource =
  '/eventfleet/command-api' | '/eventfleet/process-manager' | '/eventfleet/notifier';

const SCHEMA_PREFIX = 'urn:eventfleet:schema:';

/** @param signingKey with it the message has a signature (`ce_signature`), which `verifyRecord` checks */
export function toCloudEvent(
  event: RecordedEvent,
  source: MessageSource = '/eventfleet/command-api',
  signingKey?: SigningKey,
): CloudEventMessage {
  const message = unsigned(event, source);
  if (!signingKey) return message;
  const signature = signRecord(message, signingKey);
  return { ...message, headers: { ...message.headers, [SIGNATURE_HEADER]: signature } };
}

function unsigned(event: RecordedEvent, source: MessageSource): CloudEventMessage {
  return {
    key: event.aggregateId,
    value: event.data,
    headers: {
      ce_specversion: '1.0',
      ce_id: event.eventId,
      ce_source: source,
      ce_type: event.type,
      ce_subject: event.aggregateId,
      ce_time: event.occurredAt,
      ce_dataschema: `${SCHEMA_PREFIX}${event.type}:${event.schemaVersion}`,
      ce_partitionkey: event.aggregateId,
      ce_aggregateversion: String(event.version),
      ce_globalposition: event.globalPosition,
      ce_correlationid: event.correlationId,
      ce_causationid: event.causationId,
      ...(event.actor !== undefined && { ce_actor: event.actor }),
      'content-type': 'application/json',
      traceparent: event.traceparent,
    },
  };
}

/**
 * Reads a message back into the recorded event; the exact inverse of `toCloudEvent`. Does not look at the signature.
 * Checked by hand and not by a schema library: this runs for every message of every consumer.
 * @throws ContractError `malformed-message` when the key, the value or an attribute is missing or wrong
 */
export function fromCloudEvent(message: IncomingMessage): RecordedEvent {
  const headers = message.headers ?? {};
  const wrong: string[] = [];
  const attribute = (name: keyof typeof EVENT_SHAPES): string => {
    const text = headerText(headers[name]);
    if (text !== undefined && EVENT_SHAPES[name].test(text)) return text;
    wrong.push(name);
    return '';
  };
  attribute('ce_specversion');
  const type = attribute('ce_type');
  const schema = attribute('ce_dataschema');
  const event = {
    eventId: attribute('ce_id'),
    type,
    schemaVersion: Number(schema.slice(schema.lastIndexOf(':') + 1)),
    aggregateType: type.slice(0, type.indexOf('.')),
    aggregateId: attribute('ce_subject'),
    version: Number(attribute('ce_aggregateversion')),
    globalPosition: attribute('ce_globalposition'),
    occurredAt: attribute('ce_time'),
    correlationId: attribute('ce_correlationid'),
    causationId: attribute('ce_causationid'),
    ...(headers['ce_actor'] !== undefined && { actor: attribute('ce_actor') }),
    traceparent: headerText(headers['traceparent']) ?? '',
  };
  if (wrong.length > 0) {
    throw new ContractError('malformed-message', `missing or wrong attributes: ${wrong.join(', ')}`);
  }
  // Read once: a client may decode them each time.
  const { key, value } = message;
  if (key?.toString('utf8') !== event.aggregateId) {
    throw new ContractError('malformed-message', 'the key is not the subject');
  }
  if (value === null) throw new ContractError('malformed-message', 'the value is missing (a tombstone)');
  return { ...event, data: value.toString('utf8') };
}

/** What `fromCloudEvent` takes. */
export const EVENT_SHAPES = {
  ce_specversion: /^1\.0$/,
  ce_id: /./,
  ce_type: /^[^.]+\../,
  ce_subject: /./,
  ce_time: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  ce_dataschema: /^urn:eventfleet:schema:.+:\d{1,9}$/,
  ce_aggregateversion: /^[1-9]\d{0,8}$/,
  ce_globalposition: /^\d{1,19}$/,
  ce_correlationid: /^/,
  ce_causationid: /^/,
  ce_actor: /^[\x20-\x7e]{1,255}$/,
} as const;

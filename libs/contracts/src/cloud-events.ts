import { z } from 'zod';
import { ContractError } from './contract.errors.js';
import type { RecordedEvent } from './event-envelope.js';

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
  readonly headers?: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>> | undefined;
}

const SOURCE = '/eventfleet/command-api';
const SCHEMA_PREFIX = 'urn:eventfleet:schema:';

export function toCloudEvent(event: RecordedEvent): CloudEventMessage {
  return {
    key: event.aggregateId,
    value: event.data,
    headers: {
      ce_specversion: '1.0',
      ce_id: event.eventId,
      ce_source: SOURCE,
      ce_type: event.type,
      ce_subject: event.aggregateId,
      ce_time: event.occurredAt,
      ce_dataschema: `${SCHEMA_PREFIX}${event.type}:${event.schemaVersion}`,
      ce_partitionkey: event.aggregateId,
      ce_aggregateversion: String(event.version),
      ce_globalposition: event.globalPosition,
      ce_correlationid: event.correlationId,
      ce_causationid: event.causationId,
      'content-type': 'application/json',
      traceparent: event.traceparent,
    },
  };
}

/**
 * Reads a message back into the recorded event; the exact inverse of `toCloudEvent`.
 * @throws ContractError `malformed-message` when the key, the value or an attribute is missing or wrong
 */
export function fromCloudEvent(message: IncomingMessage): RecordedEvent {
  const key = message.key?.toString('utf8');
  const headers = attributesOf(message);
  const parsed = attributes.safeParse(headers);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))];
    throw new ContractError('malformed-message', `missing or wrong attributes: ${names.join(', ')}`);
  }
  const a = parsed.data;
  if (key !== a.ce_subject) throw new ContractError('malformed-message', 'the key is not the subject');
  if (message.value === null)
    throw new ContractError('malformed-message', 'the value is missing (a tombstone)');
  return {
    eventId: a.ce_id,
    type: a.ce_type,
    schemaVersion: a.ce_dataschema,
    aggregateType: a.ce_type.slice(0, a.ce_type.indexOf('.')),
    aggregateId: a.ce_subject,
    version: a.ce_aggregateversion,
    globalPosition: a.ce_globalposition,
    occurredAt: a.ce_time,
    data: message.value.toString('utf8'),
    correlationId: a.ce_correlationid,
    causationId: a.ce_causationid,
    traceparent: a.traceparent,
  };
}

const attributes = z.object({
  ce_specversion: z.literal('1.0'),
  ce_id: z.string().min(1),
  ce_type: z.string().regex(/^[^.]+\../),
  ce_subject: z.string().min(1),
  ce_time: z.iso.datetime(),
  ce_dataschema: z
    .string()
    .regex(/^urn:eventfleet:schema:.+:\d+$/)
    .transform((urn) => Number(urn.slice(urn.lastIndexOf(':') + 1))),
  ce_aggregateversion: z
    .string()
    .regex(/^[1-9]\d{0,8}$/)
    .transform(Number),
  ce_globalposition: z.string().regex(/^\d{1,19}$/),
  ce_correlationid: z.string(),
  ce_causationid: z.string(),
  traceparent: z.string().default(''),
});

function attributesOf(message: IncomingMessage): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first !== undefined) texts[name] = first.toString('utf8');
  }
  return texts;
}

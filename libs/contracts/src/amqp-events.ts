import { fromCloudEvent, toCloudEvent, type IncomingMessage } from './cloud-events.js';
import { ContractError } from './contract.errors.js';
import type { RecordedEvent } from './event-envelope.js';
import { verifyRecord, type SigningKey } from './signing/record-signature.js';

/**
 * CloudEvents 1.0, AMQP protocol binding, binary content mode: attributes are headers with the prefix `cloudEvents:`,
 * the body is the data. The same attributes as in Kafka.
 * https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/amqp-protocol-binding.md
 */
export interface AmqpEventMessage {
  /** The event's type: subscribers bind their queues by it, e.g. `user.*`. */
  readonly routingKey: string;
  readonly content: string;
  /** The event's id, by which a subscriber recognises a repeat. */
  readonly messageId: string;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A message as an AMQP client hands it over. */
export interface IncomingAmqpMessage {
  readonly content: Buffer;
  readonly messageId: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
}

const IN_KAFKA = 'ce_';
const IN_AMQP = 'cloudEvents:';
const TRACE = 'traceparent';

/** @param signingKey with it the message has the signature of the same event in Kafka, as `cloudEvents:signature` */
export function toAmqpMessage(event: RecordedEvent, signingKey?: SigningKey): AmqpEventMessage {
  const { value, headers } = toCloudEvent(event, undefined, signingKey);
  const attributes = Object.entries(headers).filter(([name]) => name.startsWith(IN_KAFKA));
  return {
    routingKey: event.type,
    content: value,
    messageId: event.eventId,
    contentType: 'application/json',
    headers: {
      ...Object.fromEntries(attributes.map(([name, text]) => [IN_AMQP + name.slice(IN_KAFKA.length), text])),
      [TRACE]: event.traceparent,
    },
  };
}

/**
 * Reads a message back into the recorded event; the exact inverse of `toAmqpMessage`. Headers that brokers and
 * consumers have added are left out.
 * @throws ContractError `malformed-message` when the id or an attribute is missing or wrong
 */
export function fromAmqpMessage(message: IncomingAmqpMessage): RecordedEvent {
  const event = fromCloudEvent(asInKafka(message));
  if (message.messageId !== event.eventId)
    throw new ContractError('malformed-message', 'the message id is not the id of the event');
  return event;
}

/** `verifyRecord` for a message of RabbitMQ. What is signed is the event as a record of Kafka, keyed by `partitionkey`. */
export function verifyAmqpMessage(message: IncomingAmqpMessage, signingKeys: readonly SigningKey[]): boolean {
  return verifyRecord(asInKafka(message), signingKeys);
}

/** Attributes are texts: any other counts as null. */
function asInKafka({ content, headers }: IncomingAmqpMessage): IncomingMessage {
  const inKafka: Record<string, string | null> = {};
  for (const [name, value] of Object.entries(headers)) {
    const text = typeof value === 'string' ? value : null;
    if (name.startsWith(IN_AMQP)) inKafka[IN_KAFKA + name.slice(IN_AMQP.length)] = text;
    if (name === TRACE) inKafka[TRACE] = text;
  }
  return { key: Buffer.from(inKafka['ce_partitionkey'] ?? ''), value: content, headers: inKafka };
}

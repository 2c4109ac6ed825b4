import type { Failure } from '@eventfleet/resilience';
import { isUnreadable, ORIGINAL_TOPIC_HEADER, type KafkaRecord } from '../kafka-record.js';
import type { OutgoingRecord } from '../publisher.js';
import type { RecordHeaders } from '../record-headers.js';
import type { RecordSource } from './record-by-record.js';

/** A record of a dead letter topic, taken apart. */
export interface DeadLetter {
  /** The topic's full name. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly error: DeadLetterError;
  /** As it was before: its headers are the original ones, its partition too. Unset if it was unreadable. */
  readonly message?: OutgoingRecord;
}

export interface DeadLetterError extends Failure {
  readonly attempts: number;
  /** RFC 3339. */
  readonly at: string;
}

/** A dead letter topic has one partition: its dead letters are few, and lie in the order in which they came. */
const PARTITION = 0;

/** The headers that a dead letter has beside its own. */
export const DEAD_LETTER_HEADERS = {
  code: 'x-error-code',
  message: 'x-error-message',
  attempts: 'x-error-attempts',
  at: 'x-error-time',
  topic: ORIGINAL_TOPIC_HEADER,
  partition: 'x-original-partition',
  offset: 'x-original-offset',
  timestamp: 'x-original-timestamp',
} as const;

type Field = keyof typeof DEAD_LETTER_HEADERS;
const FIELDS = Object.entries(DEAD_LETTER_HEADERS) as [Field, string][];

/** Holds a token: it is for whoever handles the record, and not to be kept. */
const CREDENTIALS = /^authorization$/i;

/**
 * A record as it goes to the dead letter topic: key, bytes and headers as they are, null and binary ones too, and what
 * happened in headers beside them. Only the header `authorization` is left out. Where the record has a header of the same name, ours is the last one of it.
 */
export function toDeadLetter(
  { key, value, headers, offset, timestamp }: KafkaRecord,
  { topic, partition }: RecordSource,
  { code, message, attempts }: Omit<DeadLetterError, 'at'>,
): OutgoingRecord {
  const ours: Record<Field, string> = {
    code,
    message,
    attempts: String(attempts),
    at: new Date().toISOString(),
    topic,
    partition: String(partition),
    offset: String(offset),
    timestamp: String(timestamp),
  };
  const all = headersOf(headers);
  for (const name of all.keys()) if (CREDENTIALS.test(name)) all.delete(name);
  for (const [field, name] of FIELDS) {
    const theirs = all.get(name);
    all.set(name, theirs === undefined ? ours[field] : [theirs, ours[field]].flat());
  }
  return { partition: PARTITION, key, value, headers: Object.fromEntries(all) };
}

/** Undoes `toDeadLetter`. Undefined for a record that does not say where it came from: nobody here wrote it. */
export function fromDeadLetter({ key, value, headers }: KafkaRecord): DeadLetter | undefined {
  const theirs = headersOf(headers);
  const ours = new Map(FIELDS.map(([field, name]) => [field, takeLast(theirs, name)]));
  const [topic, partition, offset] = [ours.get('topic'), ours.get('partition'), ours.get('offset')];
  if (!topic || !isNumber(partition) || !isNumber(offset)) return undefined;
  const error = {
    code: ours.get('code') ?? '',
    message: ours.get('message') ?? '',
    attempts: Number(ours.get('attempts')),
    at: ours.get('at') ?? '',
  };
  const message = { partition: Number(partition), key, value, headers: Object.fromEntries(theirs) };
  return {
    topic,
    partition: Number(partition),
    offset: BigInt(offset),
    error,
    ...(isUnreadable(error) ? {} : { message }),
  };
}

/** Takes off the last value of a header, and leaves what was there before it. */
function takeLast(headers: Headers, name: string): string | undefined {
  const values = [headers.get(name) ?? []].flat();
  const last = values.pop();
  const [first] = values;
  if (first === undefined) headers.delete(name);
  else headers.set(name, values.length === 1 ? first : values);
  return last?.toString();
}

type Headers = Map<string, RecordHeaders[string]>;

function headersOf(headers: KafkaRecord['headers']): Headers {
  const all: Headers = new Map();
  for (const [name, value] of Object.entries(headers ?? {})) if (value !== undefined) all.set(name, value);
  return all;
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,19}$/.test(text);
}

import type { KafkaRecord } from '@eventfleet/kafka';
import { keyOf } from '../runtime/record-key.js';

/** What an operator wants done with a parked event. */
export type ParkingMark = 'retry' | 'discard';

/** A record as it was received, with its offset. */
export interface ParkedRecord {
  readonly key: string;
  readonly record: KafkaRecord;
}

type Headers = NonNullable<KafkaRecord['headers']>;
type HeaderValue = Exclude<Headers[string], unknown[] | undefined>;

/** By header name, in base64; null if a header has no value. */
type EncodedHeaders = Readonly<Record<string, string | null | (string | null)[]>>;

/** Headers as JSON, every value in base64, so that no byte is lost. */
export function encodeHeaders(headers: KafkaRecord['headers']): string {
  const entries = Object.entries(headers ?? {}).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.map(toBase64) : toBase64(value),
  ]);
  return JSON.stringify(Object.fromEntries(entries));
}

export function decodeHeaders(encoded: EncodedHeaders): Headers {
  const entries = Object.entries(encoded).map(([name, value]): [string, Headers[string]] => [
    name,
    Array.isArray(value) ? value.map(fromBase64) : fromBase64(value),
  ]);
  return Object.fromEntries(entries);
}

export interface RecordRow {
  readonly record_offset: string;
  readonly record_time: string;
  readonly record_key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: EncodedHeaders;
}

export const RECORD_COLUMNS = 'record_offset, record_time, record_key, value, headers';

export function toRecord(row: RecordRow): ParkedRecord {
  const record = {
    offset: BigInt(row.record_offset),
    timestamp: Number(row.record_time),
    key: row.record_key,
    value: row.value,
    headers: decodeHeaders(row.headers),
  };
  return { key: keyOf(record.key), record };
}

function toBase64(value: HeaderValue | undefined): string | null {
  return value == null ? null : Buffer.from(value).toString('base64');
}

function fromBase64(text: string | null): Buffer | null {
  return text === null ? null : Buffer.from(text, 'base64');
}

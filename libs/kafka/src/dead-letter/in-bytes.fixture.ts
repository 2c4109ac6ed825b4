import type { OutgoingRecord } from '../publisher.js';

type Headers = OutgoingRecord['headers'];

/** Every header as a list of bytes: a consumer gives some as texts, for the same bytes. */
export function inBytes(headers: Headers = {}): Record<string, (Buffer | null)[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [name, [values].flat().map(toBytes)]),
  );
}

function toBytes(value: Buffer | string | null): Buffer | null {
  return typeof value === 'string' ? Buffer.from(value) : value;
}

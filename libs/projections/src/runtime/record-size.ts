import { createHash } from 'node:crypto';
import type { KafkaRecord } from '@eventfleet/kafka';

/** Far more than an event has, and small enough that many such records fit into one statement. */
export const LARGEST_RECORD_BYTES = 4 * 1024 * 1024;

/** Whether a record is too large to be read as an event, and to be stored. */
export function isTooLarge(record: KafkaRecord): boolean {
  return sizeOf(record) > LARGEST_RECORD_BYTES;
}

/** Describes a record that is not stored: its size, and a digest by which the original can be recognised. */
export function describeTooLarge(record: KafkaRecord): string {
  const digest = createHash('sha256')
    .update(record.value ?? '')
    .digest('hex');
  return `it has ${sizeOf(record)} bytes, more than ${LARGEST_RECORD_BYTES}; SHA-256 of its value: ${digest}`;
}

function sizeOf({ key, value, headers }: KafkaRecord): number {
  let size = (key?.length ?? 0) + (value?.length ?? 0);
  for (const [name, header] of Object.entries(headers ?? {})) {
    size += name.length;
    for (const each of [header].flat()) size += each?.length ?? 0;
  }
  return size;
}

import { isUtf8 } from 'node:buffer';
import type { KafkaRecord } from '@eventfleet/kafka';
import type { RecordView, ShownBytes } from './parked.view.js';

/** Of a value more is not shown. */
const SHOWN_BYTES = 64 * 1024;

/** A record for the page. Pure. */
export function recordView(topic: string, partition: number, record: KafkaRecord): RecordView {
  const { offset, timestamp, key, value, headers } = record;
  return {
    topic,
    partition,
    offset: String(offset),
    at: new Date(timestamp).toISOString(),
    headers: Object.entries(headers ?? {}).flatMap(([name, given]) =>
      [given].flat().map((each) => ({ name, value: textOf(each ?? null) })),
    ),
    key: key && shown(key),
    value: value && shown(value),
  };
}

function textOf(value: Buffer | string | null): string {
  if (value === null || typeof value === 'string') return value ?? '';
  const bytes = shown(value);
  return 'text' in bytes ? bytes.text : `base64 ${bytes.base64}`;
}

function shown(bytes: Buffer): ShownBytes {
  const first = bytes.subarray(0, SHOWN_BYTES);
  return isUtf8(bytes) ? { text: first.toString('utf8') } : { base64: first.toString('base64') };
}

import { createHash } from 'node:crypto';
import { ORIGINAL_TOPIC_HEADER, type Unreadable } from '../../kafka-record.js';
import type { FetchedMessage } from '../kafkajs-internals.js';
import type { DecodedRecord } from './decoded-record.js';
import type { RecordBatch } from './record-batch.js';

/** Far more than an event or a command has, and small enough that many such records fit into one statement. */
const LARGEST_RECORD_BYTES = 4 * 1024 * 1024;
/** What a dead letter says beside the record that it holds. */
const DEAD_LETTER_BYTES = 16 * 1024;
/** More than a key of ours has. */
const LONGEST_KEY_BYTES = 1_024;

/** Stands for the records of a batch, at the last offset. */
export function batchStandIn(
  { firstOffset, lastOffset, bytes, context }: RecordBatch,
  { code, message }: Unreadable,
): FetchedMessage {
  const sha256 = sha256Of(bytes);
  const text = `offsets ${firstOffset} to ${lastOffset} are one batch, and ${message}; SHA-256 of its ${bytes.length} bytes: ${sha256}`;
  return {
    offset: String(lastOffset),
    timestamp: context.maxTimestamp,
    key: null,
    batchContext: context,
    ...known(bytes.length, sha256),
    unreadable: { code, message: text },
  };
}

/** Whether a record of so many bytes is not read. What is read may become a dead letter, and that is read too. */
export function isTooLarge(size: number, record: DecodedRecord): boolean {
  const excess = size - LARGEST_RECORD_BYTES;
  if (excess <= 0) return false;
  return excess > DEAD_LETTER_BYTES || !Object.hasOwn(record.headers, ORIGINAL_TOPIC_HEADER);
}

/** Stands for a record. Keeps nothing of its bytes alive but its key, if that is short. */
export function recordStandIn(record: DecodedRecord, size: number): FetchedMessage {
  const { offset, timestamp, key, value, isControlRecord, batchContext } = record;
  const sha256 = sha256Of(value ?? Buffer.alloc(0));
  const message = `it has ${size} bytes, more than ${LARGEST_RECORD_BYTES}; SHA-256 of its value: ${sha256}`;
  return {
    offset,
    timestamp,
    key: key && key.length <= LONGEST_KEY_BYTES ? Buffer.from(key) : null,
    isControlRecord,
    batchContext,
    ...known(size, sha256),
    unreadable: { code: 'record-too-large', message },
  };
}

function known(bytes: number, sha256: string) {
  return { value: null, headers: { 'x-original-bytes': String(bytes), 'x-original-sha256': sha256 } };
}

function sha256Of(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

import type { MessageBatch } from '@eventfleet/kafka';

/** What Postgres can keep as text, index, and a terminal can show. */
const PRINTABLE = /^[^\p{C}\uFFFD]{0,200}$/u;
const SHOWN_BYTES = 64;
/** More bytes than 200 characters have. */
const LONGEST_KEY_BYTES = 800;

/**
 * A record's key as text: itself if it is printable and has at most 200 characters, else `hex:` and its first 64
 * bytes. No key counts as the empty key. Keys with the same text share a queue of parked events; no such key is a
 * user's.
 */
export function keyOf(key: Buffer | null): string {
  if (key === null) return '';
  const text = key.length <= LONGEST_KEY_BYTES ? key.toString('utf8') : '\uFFFD';
  return PRINTABLE.test(text) ? text : `hex:${key.subarray(0, SHOWN_BYTES).toString('hex')}`;
}

const AGGREGATE_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const AGGREGATE_ID_BYTES = 36;

/** Whether it is an id in the one spelling that the fleet writes: two spellings would be two keys of one user. */
export function isAggregateId(key: string): boolean {
  return AGGREGATE_ID.test(key);
}

/** Taken from the records' keys: the checkpoint says which records count before any of them is decoded. */
export function aggregatesOf({ messages }: MessageBatch): string[] {
  const keys = new Set<string>();
  for (const { key } of messages) if (key?.length === AGGREGATE_ID_BYTES) keys.add(key.toString('utf8'));
  return [...keys].filter(isAggregateId);
}

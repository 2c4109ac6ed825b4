import type { Kafka } from '../kafka.js';
import type { LogRange } from '../log-range.js';
import { readGroupOffsets, saveGroupOffset } from '../kafkajs/admin/group-offsets.js';
import { KafkaError } from '../kafka.errors.js';

/** What of a partition of dead letters has been retried: everything below `next`, and some above it one by one. */
export interface RetryProgress {
  readonly next: bigint;
  /** Ascending, all above `next`. */
  readonly single: readonly bigint[];
}

/** The broker's own limit is 4,096 bytes. */
const LONGEST_METADATA = 4_000;

/** It is kept in Kafka, as the offset of a group that has no members, with the single ones in its metadata. */
function retryGroup(topic: string): string {
  return `${topic}.retry`;
}

/** By partition; what was never retried, or lies outside of the log, begins at the log's start. */
export async function readRetryProgress(
  kafka: Kafka,
  topic: string,
  ends: ReadonlyMap<number, LogRange>,
): Promise<Map<number, RetryProgress>> {
  const committed = await readGroupOffsets(kafka, retryGroup(topic), topic);
  const progress = new Map<number, RetryProgress>();
  for (const [partition, { start, end }] of ends) {
    const known = committed.get(partition);
    const offset = known?.offset ?? -1n;
    const single = known?.metadata ? known.metadata.split(',').map(BigInt) : [];
    const isInside = offset >= start && offset <= end;
    const next = isInside ? offset : start;
    progress.set(partition, { next, single: single.filter((each) => each >= next && each < end) });
  }
  return progress;
}

/** @throws KafkaError `retries-scattered` when the progress is too scattered to be remembered */
export function assertStorable({ single }: RetryProgress): void {
  if (single.join(',').length <= LONGEST_METADATA) return;
  throw new KafkaError(
    'retries-scattered',
    'too many of the topic were retried one by one: retry the whole topic first',
  );
}

/** Answers once it is durable. */
export async function saveRetryProgress(
  kafka: Kafka,
  topic: string,
  partition: number,
  { next, single }: RetryProgress,
): Promise<void> {
  const commit = { topic, partition, offset: next, metadata: single.join(',') };
  await saveGroupOffset(kafka, retryGroup(topic), commit);
}

export function isRetried({ next, single }: RetryProgress, offset: bigint): boolean {
  return offset < next || single.includes(offset);
}

export function withRetried(progress: RetryProgress, offset: bigint): RetryProgress {
  if (isRetried(progress, offset)) return progress;
  const single = new Set([...progress.single, offset]);
  let { next } = progress;
  while (single.delete(next)) next++;
  return { next, single: [...single].toSorted((a, b) => (a < b ? -1 : 1)) };
}

/** How many dead letters of the partition have not been retried. */
export function countWaiting({ next, single }: RetryProgress, end: bigint): number {
  return Number(end - next) - single.length;
}

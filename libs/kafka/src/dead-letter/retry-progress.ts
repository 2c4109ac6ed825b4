import type { Kafka } from 'kafkajs';
import { withAdmin } from '../with-admin.js';
import { withCluster } from '../kafkajs-internals.js';
import type { LogRange } from '../end-offsets.js';
import { offsetCommitRequest } from '../protocol/offset-commit-v4.js';
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
  const [committed] = await withAdmin(kafka, (admin) =>
    admin.fetchOffsets({ groupId: retryGroup(topic), topics: [topic] }),
  );
  const progress = new Map<number, RetryProgress>();
  for (const [partition, { start, end }] of ends) {
    const known = committed?.partitions.find((candidate) => candidate.partition === partition);
    const offset = BigInt(known?.offset ?? -1);
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
  const groupId = retryGroup(topic);
  const commit = { topic, partition, offset: next, metadata: single.join(',') };
  await withCluster(kafka, async (cluster) => {
    const coordinator = await cluster.findGroupCoordinator({ groupId });
    await coordinator.connectionPool.send(offsetCommitRequest(groupId, commit));
  });
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

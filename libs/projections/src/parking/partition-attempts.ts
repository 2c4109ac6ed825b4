import type { MessageBatch } from '@eventfleet/kafka';
import { sqlState, StatementNotSent } from '@eventfleet/postgres';

const CHUNK_SIZE = 200;
const TIMED_OUT = new Set(['25P04', '57014']);

interface Attempts {
  /** Permanent failures in a row. */
  failures: number;
  /** The faults of events below this offset are isolated. */
  isolateUntil: bigint;
  /** At most so many records in one transaction that isolates faults. */
  chunkSize: number;
}

/**
 * Counts, for each partition of each projection, how often its next batch failed for good. The counts are in memory: a
 * process that takes the partition over starts at 0.
 */
export class PartitionAttempts {
  private readonly attempts = new Map<string, Attempts>();

  /** @param max after so many failures in a row the batch is taken apart */
  constructor(readonly max: number) {}

  /** Whether the batch has to be taken apart. */
  isIsolating(projection: string, batch: MessageBatch): boolean {
    const { messages, firstOffset } = batch;
    return messages.length > 0 && firstOffset < (this.find(projection, batch)?.isolateUntil ?? 0n);
  }

  /** How many records to isolate in one transaction. */
  chunkSize(projection: string, batch: MessageBatch): number {
    return this.find(projection, batch)?.chunkSize ?? CHUNK_SIZE;
  }

  /** Counts a permanent failure. Returns whether the batch has to be taken apart from now on. */
  recordFailure(projection: string, batch: MessageBatch): boolean {
    const found = this.find(projection, batch) ?? { failures: 0, isolateUntil: 0n, chunkSize: CHUNK_SIZE };
    found.failures++;
    if (found.failures >= this.max) found.isolateUntil = batch.lastOffset + 1n;
    this.attempts.set(nameOf(projection, batch), found);
    return found.failures >= this.max;
  }

  /** Halves the chunk if it does not fit into a statement, or into the time of a transaction: in the end it does. */
  recordIsolationFailure(projection: string, batch: MessageBatch, error: unknown): void {
    const found = this.find(projection, batch);
    const isTooMuch = error instanceof StatementNotSent || TIMED_OUT.has(sqlState(error) ?? '');
    if (!found || !isTooMuch) return;
    found.chunkSize = Math.max(1, Math.floor(found.chunkSize / 2));
  }

  /** The checkpoint of the partition has moved to `next`. */
  recordProgress(projection: string, batch: MessageBatch, next: bigint): void {
    const found = this.find(projection, batch);
    if (!found || batch.messages.length === 0) return;
    if (next >= found.isolateUntil) this.attempts.delete(nameOf(projection, batch));
  }

  private find(projection: string, batch: MessageBatch): Attempts | undefined {
    return this.attempts.get(nameOf(projection, batch));
  }
}

function nameOf(projection: string, { topic, partition }: MessageBatch): string {
  return `${projection} ${topic} ${partition}`;
}

/** The first `count` records of a batch, as a batch of their own. */
export function takeFirst<Batch extends MessageBatch>(batch: Batch, count: number): Batch {
  if (batch.messages.length <= count) return batch;
  const messages = batch.messages.slice(0, count);
  return { ...batch, messages, lastOffset: messages.at(-1)!.offset };
}

import type { MessageBatch } from '@eventfleet/kafka';
import { sqlState, StatementNotSent } from '@eventfleet/postgres';

const PORTION = 200;
const TIMED_OUT = new Set(['25P04', '57014']);

interface Attempts {
  /** Permanent failures in a row. */
  failures: number;
  /** Below this offset events are isolated, not applied by the batch. */
  isolateUntil: bigint;
  /** At most so many records are isolated by one transaction. */
  portion: number;
}

/**
 * Counts, for each partition of each projection, how often its next batch failed for good. It is memory of this
 * process: another one that takes the partition over counts anew.
 */
export class PartitionAttempts {
  private readonly attempts = new Map<string, Attempts>();

  /** @param max from so many failures in a row on, the batch is taken apart */
  constructor(readonly max: number) {}

  isIsolating(projection: string, batch: MessageBatch): boolean {
    const { messages, firstOffset } = batch;
    return messages.length > 0 && firstOffset < (this.find(projection, batch)?.isolateUntil ?? 0n);
  }

  portion(projection: string, batch: MessageBatch): number {
    return this.find(projection, batch)?.portion ?? PORTION;
  }

  /** Counts a permanent failure, and decides whether the batch is isolated from now on. */
  failed(projection: string, batch: MessageBatch): boolean {
    const found = this.find(projection, batch) ?? { failures: 0, isolateUntil: 0n, portion: PORTION };
    found.failures++;
    if (found.failures >= this.max) found.isolateUntil = batch.lastOffset + 1n;
    this.attempts.set(nameOf(projection, batch), found);
    return found.failures >= this.max;
  }

  /** A portion that does not fit into a statement, or into a transaction's time, is halved, so that it will at some time. */
  isolationFailed(projection: string, batch: MessageBatch, error: unknown): void {
    const found = this.find(projection, batch);
    const isTooMuch = error instanceof StatementNotSent || TIMED_OUT.has(sqlState(error) ?? '');
    if (!found || !isTooMuch) return;
    found.portion = Math.max(1, Math.floor(found.portion / 2));
  }

  /** The partition has moved on to `next`. */
  succeeded(projection: string, batch: MessageBatch, next: bigint): void {
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

/** The start of a batch, as a batch of its own. */
export function firstOf(batch: MessageBatch, count: number): MessageBatch {
  if (batch.messages.length <= count) return batch;
  const messages = batch.messages.slice(0, count);
  return { ...batch, messages, lastOffset: messages.at(-1)!.offset };
}

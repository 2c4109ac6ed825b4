import type { MessageBatch } from '@eventfleet/kafka';

/**
 * Distinguishes a log that lost its end from a consumer that is late. In both cases a batch's high watermark lies below
 * the checkpoint, but the late consumer's watermark is old. So the first such batch is only a suspicion, and the
 * consumer goes on from the checkpoint. If the log really ends before it, the next batch, fetched later, says so again.
 */
export class LogTruncation {
  readonly #suspected = new Map<string, bigint>();

  isCertain(
    projection: string,
    { topic, partition, highWatermark }: MessageBatch,
    nextOffset: bigint,
  ): boolean {
    const key = `${projection} ${topic} ${partition}`;
    if (highWatermark >= nextOffset) {
      this.#suspected.delete(key);
      return false;
    }
    const isCertain = this.#suspected.get(key) === nextOffset;
    this.#suspected.set(key, nextOffset);
    return isCertain;
  }
}

import type { EachBatchPayload } from 'kafkajs';
import type { BatchWorkerOptions } from '../../consumer/group-member.js';
import type { MessageBatch } from '../../consumer/message-batch.js';
import { toRecord } from '../fetched-record.js';
import type { FetchedBatch } from '../kafkajs-internals.js';
import { Heartbeats } from './heartbeats.js';

/**
 * Handles one batch of kafkajs, chunk after chunk, until it is done or has to be left: the rest is fetched again then.
 * Throws only what kafkajs must know, that the group is rebalancing: a handler's error thrown out of `eachBatch` would
 * stop the other partitions too.
 */
export async function handleBatch(payload: EachBatchPayload, options: BatchWorkerOptions): Promise<void> {
  const { handler, progress } = options;
  const heartbeats = new Heartbeats(payload, options.heartbeatIntervalMs, () => progress.isHung());
  try {
    for (const batch of chunksOf(payload, options)) {
      if (!payload.isRunning() || payload.isStale() || progress.shouldYield()) return;
      const watchdog = setTimeout(() => progress.hung(batch), options.handlerTimeoutMs);
      let next: bigint;
      try {
        ({ next } = await handler(batch));
      } catch (error) {
        progress.failed(batch, error);
        return;
      } finally {
        clearTimeout(watchdog);
      }
      if (next !== batch.lastOffset + 1n) {
        progress.moved(batch, next);
        return;
      }
      payload.resolveOffset(String(batch.lastOffset));
      progress.handled(batch);
      heartbeats.throwIfEvicted();
    }
  } finally {
    heartbeats.stop();
  }
}

function* chunksOf(
  payload: EachBatchPayload,
  { chunkSize, identity }: BatchWorkerOptions,
): Generator<MessageBatch> {
  const batch: FetchedBatch = payload.batch;
  const highWatermark = BigInt(batch.highWatermark);
  let firstOffset = BigInt(batch.fetchedOffset ?? batch.messages[0]?.offset ?? 0);
  for (let index = 0; index < batch.messages.length; index += chunkSize) {
    const messages = batch.messages.slice(index, index + chunkSize).map(toRecord);
    const isRest = index + chunkSize >= batch.messages.length;
    // The batch's own last offset counts what kafkajs does not show, such as a transaction's control records.
    const lastOffset = isRest ? BigInt(batch.lastOffset()) : (messages.at(-1)?.offset ?? firstOffset);
    yield {
      topic: batch.topic,
      partition: batch.partition,
      identity,
      messages,
      firstOffset,
      lastOffset,
      highWatermark,
    };
    firstOffset = lastOffset + 1n;
  }
}

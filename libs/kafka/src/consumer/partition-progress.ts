import { describeFailure, isTransient } from '@eventfleet/resilience';
import type { Logger } from 'pino';
import { KafkaError } from '../kafka.errors.js';
import { handlerFailures, messagesConsumed } from './consumer.metrics.js';
import type { BatchProgress, GroupMember } from './group-member.js';
import { LagMeter } from './lag-meter.js';
import type { MessageBatch } from './message-batch.js';
import { OffsetCommitter } from './offset-committer.js';
import { PartitionMap } from './partition-map.js';
import { PartitionPauses, type StopKind, type StoppedPartition } from './partition-pauses.js';

export interface PartitionProgressOptions {
  readonly member: GroupMember;
  readonly group: string;
  readonly closing: AbortSignal;
  readonly logger: Logger;
  readonly onHung: (error: KafkaError) => void;
}

/** Where a group's member is in each of its partitions, and what follows from each batch. */
export class PartitionProgress implements BatchProgress {
  readonly lag: LagMeter;
  readonly #committer: OffsetCommitter;
  readonly #stops: PartitionPauses;
  /** Where the handler last sent each partition, until something was handled there. */
  readonly #sentTo = new PartitionMap<bigint>();
  #isHung = false;

  constructor(private readonly options: PartitionProgressOptions) {
    const { member, group, logger } = options;
    this.lag = new LagMeter(group);
    this.#committer = new OffsetCommitter((offsets) => member.commit(offsets), logger);
    this.#stops = new PartitionPauses(group, (topic, partition) =>
      this.#ifRunning(() => member.resume([{ topic, partitions: [partition] }])),
    );
  }

  shouldYield(): boolean {
    return this.options.closing.aborted;
  }

  isHung(): boolean {
    return this.#isHung;
  }

  hung({ topic, partition, firstOffset }: MessageBatch): void {
    this.#isHung = true;
    const message = `${this.options.group}: the batch of ${topic}/${partition} at ${firstOffset} hangs`;
    this.options.onHung(new KafkaError('handler-hung', message));
  }

  handled({ topic, partition, messages, lastOffset, highWatermark }: MessageBatch): void {
    const { group } = this.options;
    const next = lastOffset + 1n;
    this.#stops.succeed(topic, partition);
    this.#sentTo.delete(topic, partition);
    this.#committer.note(topic, partition, next);
    this.lag.move(topic, partition, next, highWatermark);
    messagesConsumed.inc({ group, topic }, messages.length);
  }

  moved(batch: MessageBatch, next: bigint): void {
    const { topic, partition, firstOffset, highWatermark } = batch;
    this.#ifRunning(() => this.options.member.seek(topic, partition, next));
    this.#committer.note(topic, partition, next);
    this.lag.move(topic, partition, next, highWatermark);
    const before = this.#sentTo.get(topic, partition);
    this.#sentTo.set(topic, partition, next);
    // Sent there again: the log has nothing there any more, or not yet, and without a pause this would spin.
    if (next === before) {
      const message = `offset ${next} was asked for, and nothing came before ${firstOffset}`;
      this.failed(batch, new KafkaError('no-progress', message));
    } else {
      this.#stops.succeed(topic, partition);
    }
  }

  failed({ topic, partition, firstOffset }: MessageBatch, error: unknown): void {
    const { group, logger } = this.options;
    handlerFailures.inc({ group, topic });
    if (this.shouldYield()) return;
    this.#ifRunning(() => this.options.member.pause([{ topic, partitions: [partition] }]));
    const { pauseMs, failures } = this.#stops.stop(topic, partition, kindOf(error), describeFailure(error));
    logger.error(
      { err: error, group, topic, partition, offset: String(firstOffset), failures, pauseMs },
      'a batch failed and is tried again after a pause: see the error, and docs/operations.md#when-a-partition-is-stopped',
    );
  }

  stopped(): StoppedPartition[] {
    return this.#stops.list();
  }

  /** Sends the partition to where its handler wants to go on, unless something was handled there since it was asked. */
  begin(topic: string, partition: number, next: bigint, askedAt: bigint | undefined, end: bigint): void {
    if (this.lag.position(topic, partition) !== askedAt) return;
    this.#ifRunning(() => this.options.member.seek(topic, partition, next));
    this.lag.move(topic, partition, next, end);
  }

  /** Forgets the partitions that this member lost. */
  keepOnly(isAssigned: (topic: string, partition: number) => boolean): void {
    this.#sentTo.clear();
    this.#stops.keepOnly(isAssigned);
    this.#committer.keepOnly(isAssigned);
    this.lag.keepOnly(isAssigned);
  }

  /** Never throws. */
  commit(): Promise<void> {
    return this.#committer.flush();
  }

  /** Fetches nothing more of these topics. */
  pause(topics: readonly string[]): void {
    this.#stops.clear();
    this.#ifRunning(() => this.options.member.pause(topics.map((topic) => ({ topic }))));
  }

  close(): void {
    this.#committer.clear();
    this.lag.keepOnly(() => false);
  }

  /** A member refuses these calls between a crash and its restart; where to go on is asked anew then anyway. */
  #ifRunning(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.options.logger.debug({ err: error, group: this.options.group }, 'the consumer is not running');
    }
  }
}

/** A counted attempt is a `KafkaError`, which otherwise means that Kafka is away. */
function kindOf(error: unknown): StopKind {
  const isAttempt = error instanceof KafkaError && error.code === 'attempt-failed';
  return isTransient(error) && !isAttempt ? 'outage' : 'record';
}

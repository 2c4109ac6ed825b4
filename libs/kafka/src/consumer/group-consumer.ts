import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, ConsumerCrashEvent, ConsumerGroupJoinEvent, EachBatchPayload, Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { KafkaError } from '../kafka.errors.js';
import { type BatchProgress, workOff } from './batch-worker.js';
import type { ConsumerHealth } from './consumer-health.js';
import { type ConsumerTuning, toConsumerConfig } from './consumer-tuning.js';
import { handlerFailures, messagesConsumed, rebalances } from './consumer.metrics.js';
import { LagMeter } from './lag-meter.js';
import type { BatchHandler, MessageBatch } from './message-batch.js';
import { OffsetCommitter } from './offset-committer.js';
import { PartitionStops } from './partition-stops.js';
import type { TopicIdentity } from '../topic-identity.js';
import type { TopicWatch } from './topic-watch.js';

export interface GroupConsumerOptions {
  readonly kafka: Kafka;
  readonly group: string;
  /** By full topic name. */
  readonly handlers: ReadonlyMap<string, BatchHandler>;
  readonly watch: TopicWatch;
  readonly tuning: ConsumerTuning;
  readonly logger: Logger;
  /** The consumer cannot go on, and this process should end, for its supervisor to start it anew. */
  readonly onFatal: (error: Error) => void;
}

const RECONNECT_MS = 1_000;
const LOOK_AGAIN_MS = 50;

/** One member of a consumer group, from `open` to `close`. An outage of Kafka is waited out. */
export class GroupConsumer implements BatchProgress {
  readonly #consumer: Consumer;
  readonly #committer: OffsetCommitter;
  readonly #stops: PartitionStops;
  readonly #lag: LagMeter;
  /** Read before the first message, and kept: what becomes of the topics later needs a new consumer. */
  readonly #identities = new Map<string, TopicIdentity>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #state: ConsumerHealth['state'] = 'waiting-for-topics';
  #assignment: Readonly<Record<string, readonly number[]>> = {};
  #lastHeartbeat: number | undefined;
  #opened: Promise<void> = Promise.resolve();
  #isHung = false;

  constructor(private readonly options: GroupConsumerOptions) {
    const { kafka, group, tuning, logger } = options;
    this.#consumer = kafka.consumer(toConsumerConfig(group, tuning, () => !this.shouldYield()));
    this.#committer = new OffsetCommitter((offsets) => this.#consumer.commitOffsets(offsets), logger);
    this.#lag = new LagMeter(group);
    this.#stops = new PartitionStops(group, (topic, partition) =>
      this.#ifRunning(() => this.#consumer.resume([{ topic, partitions: [partition] }])),
    );
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, ({ payload }) => this.#joined(payload));
    this.#consumer.on(this.#consumer.events.HEARTBEAT, () => this.#heard());
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload }) => this.#crashed(payload));
  }

  /** Begins to connect and to consume, and goes on trying until `close`. */
  open(): void {
    this.#opened = this.#open();
  }

  /**
   * Lets the chunks under way finish, commits, and leaves the group. Comes back within the time-out even when a
   * handler or Kafka does not answer.
   */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#stops.clear();
    await Promise.race([this.#close(), delay(this.options.tuning.closeTimeoutMs, undefined, { ref: false })]);
    this.#committer.clear();
    this.#state = 'closed';
    this.#lag.keepOnly(() => false);
  }

  health(): ConsumerHealth {
    return {
      group: this.options.group,
      state: this.#state,
      heartbeatAgeMs: this.#lastHeartbeat === undefined ? undefined : Date.now() - this.#lastHeartbeat,
      assignment: this.#assignment,
    };
  }

  measureLag(): void {
    this.#lag.measure((topic, partition) => this.options.watch.end(topic, partition));
  }

  shouldYield(): boolean {
    return this.#closing.signal.aborted;
  }

  isHung(): boolean {
    return this.#isHung;
  }

  hung({ topic, partition, firstOffset }: MessageBatch): void {
    this.#isHung = true;
    const message = `${this.options.group}: the batch of ${topic}/${partition} at ${firstOffset} hangs`;
    this.#fail(new KafkaError('handler-hung', message));
  }

  handled({ topic, partition, messages, lastOffset, highWatermark }: MessageBatch): void {
    const { group } = this.options;
    const next = lastOffset + 1n;
    this.#stops.succeed(topic, partition);
    this.#committer.note(topic, partition, next);
    this.#lag.move(topic, partition, next, highWatermark);
    messagesConsumed.inc({ group, topic }, messages.length);
  }

  moved(batch: MessageBatch, next: bigint): void {
    const { topic, partition, firstOffset, highWatermark } = batch;
    this.#ifRunning(() => this.#consumer.seek({ topic, partition, offset: String(next) }));
    const before = this.#lag.position(topic, partition);
    this.#lag.move(topic, partition, next, highWatermark);
    // Sent to where it just was: the log has nothing there any more, or not yet, and without a pause this would spin.
    if (next === before) {
      const message = `nothing was read at ${next}, but from ${firstOffset} on`;
      this.failed(batch, new KafkaError('no-progress', message));
    } else {
      this.#stops.succeed(topic, partition);
    }
  }

  failed({ topic, partition, firstOffset }: MessageBatch, error: unknown): void {
    const { group, logger } = this.options;
    handlerFailures.inc({ group, topic });
    if (this.shouldYield()) return;
    this.#ifRunning(() => this.#consumer.pause([{ topic, partitions: [partition] }]));
    const { pauseMs, failures } = this.#stops.stop(topic, partition);
    logger.error(
      { err: error, group, topic, partition, offset: String(firstOffset), failures, pauseMs },
      'batch failed, its partition waits',
    );
  }

  async #open(): Promise<void> {
    const topics = [...this.options.handlers.keys()];
    while (!this.shouldYield()) {
      const known = this.#identify(topics);
      if (known && (await this.#run(topics))) return;
      const pauseMs = known ? RECONNECT_MS : LOOK_AGAIN_MS;
      await delay(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  async #run(topics: string[]): Promise<boolean> {
    const { group, tuning, logger } = this.options;
    try {
      this.#state = 'connecting';
      await this.#consumer.connect();
      await this.#consumer.subscribe({ topics, fromBeginning: true });
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: tuning.concurrency,
        eachBatch: (payload) => this.#track(this.#handle(payload)),
      });
      return true;
    } catch (error) {
      logger.warn({ err: error, group }, 'cannot start consuming yet');
      return false;
    }
  }

  #identify(topics: readonly string[]): boolean {
    for (const topic of topics) {
      const identity = this.options.watch.identity(topic);
      if (identity) this.#identities.set(topic, identity);
    }
    return topics.every((topic) => this.#identities.has(topic));
  }

  async #close(): Promise<void> {
    await this.#opened;
    const topics = [...this.options.handlers.keys()].map((topic) => ({ topic }));
    this.#ifRunning(() => this.#consumer.pause(topics));
    await Promise.allSettled(this.#underWay);
    await this.#committer.flush();
    await this.#consumer.disconnect().catch(() => undefined);
  }

  async #handle(payload: EachBatchPayload): Promise<void> {
    const { handlers, tuning } = this.options;
    const { topic } = payload.batch;
    const handler = handlers.get(topic);
    const identity = this.#identities.get(topic);
    if (!handler || !identity) return;
    await workOff(payload, { handler, identity, progress: this, ...tuning });
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#underWay.add(work);
    try {
      await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  #joined({ memberAssignment }: ConsumerGroupJoinEvent['payload']): void {
    const { group, logger } = this.options;
    this.#state = 'running';
    this.#assignment = memberAssignment;
    this.#heard();
    const isAssigned = (topic: string, partition: number) =>
      memberAssignment[topic]?.includes(partition) ?? false;
    this.#stops.keepOnly(isAssigned);
    this.#committer.keepOnly(isAssigned);
    this.#lag.keepOnly(isAssigned);
    rebalances.inc({ group });
    logger.info({ group, assignment: memberAssignment }, 'joined the group');
  }

  #heard(): void {
    this.#lastHeartbeat = Date.now();
  }

  #crashed({ error, restart }: ConsumerCrashEvent['payload']): void {
    if (this.shouldYield()) return;
    if (!restart) {
      this.#fail(error);
      return;
    }
    this.#state = 'connecting';
    this.options.logger.warn({ err: error, group: this.options.group }, 'lost Kafka, connecting anew');
  }

  #fail(error: Error): void {
    this.#state = 'failed';
    this.options.onFatal(error);
  }

  /** kafkajs refuses these calls between a crash and its restart; the position is read anew then anyway. */
  #ifRunning(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.options.logger.debug({ err: error, group: this.options.group }, 'the consumer is not running');
    }
  }
}

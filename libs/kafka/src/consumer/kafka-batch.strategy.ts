import type { KafkaSettings } from '@eventfleet/config';
import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import type { Logger } from 'pino';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Kafka } from '../kafka.js';
import { KafkaError } from '../kafka.errors.js';
import { withPrefix } from '../topics.js';
import { type BatchSubscription, KAFKA_BATCH_TRANSPORT } from './batch-pattern.decorator.js';
import { type ConsumerHealth, notReadyReason } from './consumer-health.js';
import { type ConsumerTuning, DEFAULT_TUNING } from './consumer-tuning.js';
import { GroupConsumer } from './group-consumer.js';
import type { BatchHandler, BatchResult } from './message-batch.js';
import type { StoppedPartition } from './partition-pauses.js';
import { TopicWatch } from './topic-watch.js';

export interface KafkaBatchStrategyOptions {
  readonly kafka: Kafka;
  readonly settings: KafkaSettings;
  readonly logger: Logger;
  /** Called once a consumer cannot go on: end the process, so that its supervisor starts it anew, or `restart`. */
  readonly onFatal: (error: Error) => void;
  readonly tuning?: Partial<ConsumerTuning>;
}

/**
 * Nest's edge to Kafka, batch by batch: every method marked with `BatchPattern` gets its topic's records, one consumer
 * a group. It differs from Nest's own Kafka transport in that a failing batch is tried again, in order, until it
 * succeeds, its error kept; in that only its partition waits; in that group names stay as they are; and in that a
 * close lets the batches under way finish.
 */
export class KafkaBatchStrategy extends Server implements CustomTransportStrategy {
  override readonly transportId = KAFKA_BATCH_TRANSPORT;
  readonly #tuning: ConsumerTuning;
  #watch: TopicWatch | undefined;
  readonly #groups = new Map<string, GroupConsumer>();
  #closing: Promise<void> | undefined;

  constructor(private readonly options: KafkaBatchStrategyOptions) {
    super();
    const { sessionTimeoutMs } = options.settings;
    this.#tuning = { ...DEFAULT_TUNING, sessionTimeoutMs, ...options.tuning };
  }

  /** Comes back at once; the consumers connect and join on their own, as soon as Kafka and the topics are there. */
  listen(callback: () => void): void {
    const subscriptions = this.#subscriptions();
    const topics = [...new Set([...subscriptions.values()].flatMap((handlers) => [...handlers.keys()]))];
    const { kafka, logger } = this.options;
    this.#watch = new TopicWatch({
      kafka,
      topics,
      intervalMs: this.#tuning.watchIntervalMs,
      logger,
      onLook: () => this.#groups.forEach((group) => group.checkProgress()),
      onChange: (topic) => void this.#reopen(subscriptions, topic),
    });
    for (const [group, handlers] of subscriptions) this.#open(group, handlers, this.#watch);
    this.#watch.start();
    callback();
  }

  /** Within ten seconds, Kafka or no Kafka: batches under way finish, offsets are committed, the groups are left. */
  close(): Promise<void> {
    return (this.#closing ??= this.#shut());
  }

  /** Closes the consumers and begins anew: for a process that must not end when a consumer cannot go on. */
  async restart(): Promise<void> {
    await this.#shut();
    if (!this.#closing) this.listen(() => undefined);
  }

  /** One entry a consumer group. */
  health(): ConsumerHealth[] {
    return [...this.#groups.values()].map((group) => group.health());
  }

  /** @throws Error naming each group that is not a living member, and why */
  assertReady(): void {
    const reasons = this.health().flatMap((health) => {
      const reason = notReadyReason(health, this.#tuning.sessionTimeoutMs);
      return reason === undefined ? [] : [`${health.group}: ${reason}`];
    });
    if (reasons.length > 0) throw new Error(reasons.join('; '));
  }

  /** What these consumers wait for, for operators: the partitions whose last batch failed. */
  details(): { readonly stopped: readonly StoppedPartition[] } {
    return { stopped: this.health().flatMap(({ stopped }) => stopped) };
  }

  on(): never {
    throw new Error('the consumers have no events; ask health()');
  }

  unwrap(): never {
    throw new Error('the Kafka clients are not for use from outside');
  }

  /** By full group name, then full topic name. */
  #subscriptions(): Map<string, Map<string, BatchHandler>> {
    const groups = new Map<string, Map<string, BatchHandler>>();
    for (const handler of this.messageHandlers.values()) {
      const { topic, group } = handler.extras as BatchSubscription & Record<string, unknown>;
      if (handler.next)
        throw new KafkaError('duplicate-consumer', `group ${group} has two handlers for ${topic}`);
      const fullName = withPrefix(this.options.settings, group);
      const handlers = groups.get(fullName) ?? new Map<string, BatchHandler>();
      groups.set(fullName, handlers.set(withPrefix(this.options.settings, topic), toBatchHandler(handler)));
    }
    return groups;
  }

  async #shut(): Promise<void> {
    this.#watch?.close();
    await Promise.all([...this.#groups.values()].map((group) => group.close()));
  }

  #open(group: string, handlers: ReadonlyMap<string, BatchHandler>, watch: TopicWatch): void {
    const { kafka, logger, onFatal } = this.options;
    const consumer = new GroupConsumer({
      kafka,
      group,
      handlers,
      watch,
      tuning: this.#tuning,
      logger,
      onFatal,
    });
    this.#groups.set(group, consumer);
    consumer.open();
  }

  /** Whatever was fetched from the earlier topic is dropped, before anything is handed out under the new identity. */
  async #reopen(
    subscriptions: ReadonlyMap<string, ReadonlyMap<string, BatchHandler>>,
    topic: string,
  ): Promise<void> {
    const affected = [...subscriptions].filter(([, handlers]) => handlers.has(topic));
    await Promise.all(affected.map(([group, handlers]) => this.#reopenGroup(group, handlers)));
  }

  async #reopenGroup(group: string, handlers: ReadonlyMap<string, BatchHandler>): Promise<void> {
    const watch = this.#watch;
    const closed = this.#groups.get(group);
    await closed?.close();
    // Another of its topics may have changed too, and the group have been opened anew for that.
    const isClosed = this.#groups.get(group) === closed;
    if (isClosed && !this.#closing && watch && watch === this.#watch) this.#open(group, handlers, watch);
  }
}

function toBatchHandler(handler: MessageHandler): BatchHandler {
  return async (batch) => {
    const result: unknown = await handler(batch);
    return (isObservable(result) ? await lastValueFrom(result) : result) as BatchResult;
  };
}

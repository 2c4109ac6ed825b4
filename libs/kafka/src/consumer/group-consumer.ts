import { setTimeout as delay } from 'node:timers/promises';
import { finishesWithin } from '@eventfleet/resilience';
import type { Logger } from 'pino';
import type { Kafka } from '../kafka.js';
import { createGroupMember } from '../kafkajs/consumer/create-group-member.js';
import type { ConsumerHealth } from './consumer-health.js';
import type { ConsumerTuning } from './consumer-tuning.js';
import { rebalances } from './consumer.metrics.js';
import type { Assignment, FetchedBatch, GroupMember, GroupMemberEvents } from './group-member.js';
import type { BatchHandler } from './message-batch.js';
import { PartitionProgress } from './partition-progress.js';
import { StartOffsets } from './start-offsets.js';
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
export class GroupConsumer {
  readonly #member: GroupMember;
  readonly #progress: PartitionProgress;
  readonly #starts: StartOffsets;
  /** Read before the first message, and kept: what becomes of the topics later needs a new consumer. */
  readonly #identities = new Map<string, TopicIdentity>();
  readonly #underWay = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  #state: ConsumerHealth['state'] = 'waiting-for-topics';
  #assignment: Assignment = {};
  #lastHeartbeat: number | undefined;
  #opened: Promise<void> = Promise.resolve();

  constructor(private readonly options: GroupConsumerOptions) {
    const { kafka, group, tuning, logger } = options;
    this.#member = createGroupMember(kafka, {
      group,
      tuning,
      mayRestart: () => !this.#closing.signal.aborted,
      events: {
        joined: (assignment) => this.#joined(assignment),
        heartbeat: () => this.#heard(),
        crashed: (error, crash) => this.#crashed(error, crash),
      },
    });
    this.#progress = new PartitionProgress({
      member: this.#member,
      group,
      closing: this.#closing.signal,
      logger,
      onHung: (error) => this.#fail(error),
    });
    this.#starts = new StartOffsets({
      handlers: options.handlers,
      identities: this.#identities,
      closing: this.#closing.signal,
      logger,
      positionOf: (topic, partition) => this.#progress.lag.position(topic, partition),
      begin: (topic, partition, next, askedAt) =>
        this.#progress.begin(topic, partition, next, askedAt, options.watch.end(topic, partition) ?? next),
    });
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
    await finishesWithin(this.#close(), this.options.tuning.closeTimeoutMs);
    this.#progress.close();
    this.#state = 'closed';
  }

  health(): ConsumerHealth {
    return {
      group: this.options.group,
      state: this.#state,
      heartbeatAgeMs: this.#lastHeartbeat === undefined ? undefined : Date.now() - this.#lastHeartbeat,
      assignment: this.#assignment,
      stopped: this.#progress.stopped(),
    };
  }

  /** Measures its lag, and asks its handlers whether they still have what they were given. */
  checkProgress(): void {
    this.#progress.lag.measure((topic, partition) => this.options.watch.end(topic, partition));
    void this.#track(this.#starts.askAgain());
  }

  async #open(): Promise<void> {
    const topics = [...this.options.handlers.keys()];
    while (!this.#closing.signal.aborted) {
      const known = this.#identify(topics);
      if (known && (await this.#run(topics))) return;
      const pauseMs = known ? RECONNECT_MS : LOOK_AGAIN_MS;
      await delay(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  async #run(topics: string[]): Promise<boolean> {
    const { group, logger } = this.options;
    try {
      this.#state = 'connecting';
      await this.#member.run(topics, (batch) => this.#track(this.#handle(batch)));
      return true;
    } catch (error) {
      logger.warn(
        { err: error, group },
        'consuming cannot start yet; trying again: check the broker if this goes on',
      );
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
    this.#progress.pause([...this.options.handlers.keys()]);
    await Promise.allSettled(this.#underWay);
    await this.#progress.commit();
    await this.#member.disconnect().catch(() => undefined);
  }

  async #handle(batch: FetchedBatch): Promise<void> {
    const { handlers, tuning } = this.options;
    const { topic } = batch;
    const handler = handlers.get(topic);
    const identity = this.#identities.get(topic);
    if (!handler || !identity) return;
    await batch.handle({ handler, identity, progress: this.#progress, ...tuning });
  }

  async #track(work: Promise<void>): Promise<void> {
    this.#underWay.add(work);
    try {
      await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  #joined(assignment: Assignment): void {
    const { group, logger } = this.options;
    this.#state = 'running';
    this.#assignment = assignment;
    this.#heard();
    const isAssigned = (topic: string, partition: number) => assignment[topic]?.includes(partition) ?? false;
    this.#progress.keepOnly(isAssigned);
    void this.#track(this.#starts.ask(assignment));
    rebalances.inc({ group });
    logger.info({ group, assignment }, 'joined the group');
  }

  #heard(): void {
    this.#lastHeartbeat = Date.now();
  }

  #crashed(...[error, { restarts, mayReopen }]: Parameters<GroupMemberEvents['crashed']>): void {
    if (this.#closing.signal.aborted) return;
    if (!restarts && !mayReopen) {
      this.#fail(error);
      return;
    }
    this.#state = 'connecting';
    this.options.logger.warn(
      { err: error, group: this.options.group },
      'the connection to Kafka was lost; connecting again: check the broker if this goes on',
    );
    if (!restarts) this.open();
  }

  #fail(error: Error): void {
    this.#state = 'failed';
    this.options.onFatal(error);
  }
}

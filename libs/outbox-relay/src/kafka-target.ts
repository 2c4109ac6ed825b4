import { toCloudEvent } from '@eventfleet/contracts';
import { comparePositions, type TailEvent, type TailPosition } from '@eventfleet/event-store';
import {
  createPublisher,
  partitionOf,
  TopicObserver,
  visitLogTail,
  type OutgoingMessage,
  type Publisher,
  type TopicIdentity,
} from '@eventfleet/kafka';
import type { KafkaTargetOptions } from './kafka-target.options.js';
import { findPublishedPositions } from './published-positions.js';
import { sendInOrder } from './send-in-order.js';
import { splitIntoSends } from './split-into-sends.js';
import { LogEndMismatch, RelayRefused } from './relay.errors.js';
import { ifSigned, referenceOfEvent } from './record-reference.js';
import type { Recovery, RelayTarget } from './relay-target.js';

/** What is saved with the checkpoint: the log end offsets after the last acknowledged send, and of which topic where. */
export interface KafkaTargetState {
  readonly clusterId: string;
  readonly topics: Readonly<Record<string, SavedLog>>;
}

/** The names are those of checkpoints that are stored already. */
interface SavedLog {
  readonly topicId: string;
  /** The offset that the next record of each partition gets. */
  readonly next: readonly string[];
  /** Published positions by partition, if they are beyond the checkpoint's own. */
  readonly floors?: Readonly<Record<string, TailPosition>>;
}

interface TopicLog {
  readonly topicId: string;
  readonly nextOffsets: bigint[];
  /** By partition, as of the last recovery. */
  publishedPositions: ReadonlyMap<number, TailPosition>;
}

/**
 * Kafka as the relay's target: one topic an aggregate type, keyed by aggregate id, one send in flight.
 * Within a partition the log always holds a prefix of what belongs there, in tail order. So the newest event at the
 * log's end (the published position) shows what is published, whoever sent it and even if the acknowledgement was lost.
 */
export class KafkaTarget implements RelayTarget {
  readonly name: string;
  private readonly publisher: Publisher;
  private readonly observer: TopicObserver;
  private readonly topicOf: ReadonlyMap<string, string>;
  private clusterId = '';
  private logs = new Map<string, TopicLog>();
  /** Partitions whose log was seen to be truncated, and to which offset. */
  private readonly truncations = new Map<string, bigint>();

  constructor(private readonly options: KafkaTargetOptions) {
    this.name = options.name ?? 'kafka';
    this.publisher = createPublisher(options.kafka);
    this.observer = new TopicObserver(options.kafka);
    this.topicOf = new Map(
      options.catalogs.map(({ aggregateType, topic }) => [aggregateType, options.topicPrefix + topic]),
    );
  }

  async recover(savedState: unknown, published: TailPosition): Promise<Recovery> {
    const saved = savedState as KafkaTargetState | undefined;
    // Connections of before may be dead without a sign.
    await this.observer.close();
    let resumeAt = published;
    for (const topic of this.topicOf.values()) {
      const log = await this.openLog(topic, saved);
      if (!saved) continue;
      log.publishedPositions = await this.findPositions(topic, log, saved, published);
      for (const position of log.publishedPositions.values())
        if (comparePositions(position, resumeAt) < 0) resumeAt = position;
    }
    this.truncations.clear();
    this.noteOffsets(new Map());
    return {
      resumeAt,
      isPublished: ({ event, position }) => {
        const { nextOffsets, publishedPositions } = this.logFor(this.topicFor(event.aggregateType));
        const upTo = publishedPositions.get(partitionOf(event.aggregateId, nextOffsets.length));
        return upTo !== undefined && comparePositions(position, upTo) <= 0;
      },
    };
  }

  async publish(events: readonly TailEvent[]): Promise<void> {
    const messagesByTopic = this.messagesByTopic(events, await this.options.headers?.());
    this.noteOffsets(messagesByTopic);
    for (const [topic, messages] of messagesByTopic) {
      await sendInOrder(splitIntoSends(messages), (send) => this.send(topic, send));
    }
  }

  async verify(): Promise<void> {
    for (const [topic, log] of this.logs) {
      const { identity, ends } = await this.observer.look(topic);
      this.requireSame(topic, identity, { clusterId: this.clusterId, topicId: log.topicId });
      for (const [partition, { end }] of ends) {
        const expected = log.nextOffsets[partition];
        if (expected === undefined || end === expected) continue;
        if (end < expected || !this.options.sharedTopic)
          throw new LogEndMismatch(topic, partition, expected, end);
      }
    }
  }

  state(position: TailPosition): KafkaTargetState {
    const topics = [...this.logs].map(
      ([topic, { topicId, nextOffsets, publishedPositions }]): [string, SavedLog] => {
        const ahead = [...publishedPositions].filter(
          ([, published]) => comparePositions(published, position) > 0,
        );
        const saved = { topicId, next: nextOffsets.map(String) };
        return [topic, ahead.length === 0 ? saved : { ...saved, floors: Object.fromEntries(ahead) }];
      },
    );
    return { clusterId: this.clusterId, topics: Object.fromEntries(topics) };
  }

  async close(): Promise<void> {
    await Promise.all([
      this.publisher.disconnect(),
      this.observer.close(),
      this.options.publishedOffsets?.close(),
    ]);
  }

  private async send(topic: string, messages: OutgoingMessage[]): Promise<void> {
    const { nextOffsets } = this.logFor(topic);
    const counts = new Map<number, bigint>();
    for (const { partition } of messages) counts.set(partition, (counts.get(partition) ?? 0n) + 1n);
    const baseOffsets = await this.publisher.publish(topic, messages);
    let mismatch: LogEndMismatch | undefined;
    for (const [partition, base] of baseOffsets) {
      const expected = nextOffsets[partition] ?? 0n;
      if (base < expected) {
        this.truncations.set(`${topic}/${partition}`, base);
        mismatch ??= new LogEndMismatch(topic, partition, expected, base);
      } else nextOffsets[partition] = base + (counts.get(partition) ?? 0n);
    }
    if (mismatch) throw mismatch;
  }

  /** Where the logs will end: noted beside the send, so that no moment is left in which only the log shows it. */
  private noteOffsets(messagesByTopic: ReadonlyMap<string, readonly OutgoingMessage[]>): void {
    this.options.publishedOffsets?.note(
      new Map(
        [...this.logs].map(([topic, { nextOffsets }]) => {
          const ends = [...nextOffsets];
          for (const { partition } of messagesByTopic.get(topic) ?? []) ends[partition]! += 1n;
          return [topic, ends];
        }),
      ),
    );
  }

  private async openLog(topic: string, saved: KafkaTargetState | undefined): Promise<TopicLog> {
    const topicState = saved?.topics[topic];
    const expected = saved && topicState && { clusterId: saved.clusterId, topicId: topicState.topicId };
    const { identity, ends } = await this.observer.look(topic);
    this.requireSame(topic, identity, expected);
    const nextOffsets = Array.from(
      { length: identity.partitions },
      (_, partition) => ends.get(partition)?.end ?? 0n,
    );
    const log: TopicLog = { topicId: identity.topicId, nextOffsets, publishedPositions: new Map() };
    this.clusterId = identity.clusterId;
    this.logs.set(topic, log);
    return log;
  }

  private async findPositions(
    topic: string,
    log: TopicLog,
    saved: KafkaTargetState,
    published: TailPosition,
  ): Promise<Map<number, TailPosition>> {
    const { next: savedOffsets = [], floors: savedPositions = {} } = saved.topics[topic] ?? {};
    return findPublishedPositions({
      endOffsets: log.nextOffsets,
      savedOffsets: log.nextOffsets.map((end, partition) => BigInt(savedOffsets[partition] ?? end)),
      truncatedTo: (partition) => this.truncations.get(`${topic}/${partition}`),
      savedPosition: (partition) => savedPositions[partition] ?? published,
      visitLogTail: (from, visit) => visitLogTail(this.options.kafka, topic, from, visit),
      readReference: ifSigned(this.options.readReference ?? referenceOfEvent, this.options.signingKeys ?? []),
      locate: this.options.locate,
    });
  }

  private requireSame(
    topic: string,
    identity: TopicIdentity,
    expected: { clusterId: string; topicId: string } | undefined,
  ): void {
    if (expected && identity.clusterId !== expected.clusterId) {
      throw new RelayRefused(
        this.name,
        `Kafka cluster ${identity.clusterId} is another one than ${expected.clusterId}`,
      );
    }
    if (expected && identity.topicId !== expected.topicId) {
      throw new RelayRefused(
        this.name,
        `topic ${topic} is another one (${identity.topicId}) than it was (${expected.topicId})`,
      );
    }
  }

  private messagesByTopic(
    events: readonly TailEvent[],
    headers: Readonly<Record<string, string>> | undefined,
  ): Map<string, OutgoingMessage[]> {
    const messages = new Map<string, OutgoingMessage[]>();
    const { source, signingKeys } = this.options;
    for (const { event } of events) {
      const topic = this.topicFor(event.aggregateType);
      const partition = partitionOf(event.aggregateId, this.logFor(topic).nextOffsets.length);
      const cloudEvent = toCloudEvent(event, source, signingKeys?.[0]);
      const withMore = headers ? { headers: { ...cloudEvent.headers, ...headers } } : {};
      const message = { partition, ...cloudEvent, ...withMore };
      const list = messages.get(topic);
      if (list) list.push(message);
      else messages.set(topic, [message]);
    }
    return messages;
  }

  private topicFor(aggregateType: string): string {
    const topic = this.topicOf.get(aggregateType);
    if (!topic)
      throw new RelayRefused(
        this.name,
        `no topic is known for events of the aggregate type ${aggregateType}`,
      );
    return topic;
  }

  private logFor(topic: string): TopicLog {
    const log = this.logs.get(topic);
    if (!log) throw new Error(`${topic} is not open: call recover first`);
    return log;
  }
}

import { toCloudEvent, type EventCatalog, type MessageSource } from '@eventfleet/contracts';
import { comparePositions, type TailEvent, type TailPosition } from '@eventfleet/event-store';
import {
  createPublisher,
  describeTopic,
  endOffsets,
  partitionOf,
  readLogTail,
  type Kafka,
  type OutgoingMessage,
  type Publisher,
} from '@eventfleet/kafka';
import { findPublishedPositions, type LocateEvents } from './published-positions.js';
import { sendInTurn } from './send-in-turn.js';
import { splitIntoSends } from './split-into-sends.js';
import { LogMoved, RelayRefused } from './relay.errors.js';
import { referenceOfEvent, type ReadReference } from './record-reference.js';
import type { Recovery, RelayTarget } from './relay-target.js';

/** What is saved: where each partition ended when the last acknowledged send was done, of which topic where. */
export interface KafkaTargetState {
  readonly clusterId: string;
  readonly topics: Readonly<Record<string, SavedLog>>;
}

interface SavedLog {
  readonly topicId: string;
  readonly next: readonly string[];
  /** By partition: up to where it holds everything, where that is further than the position saved with this state. */
  readonly floors?: Readonly<Record<string, TailPosition>>;
}

interface TopicLog {
  readonly topicId: string;
  /** The offset that the next message of each partition gets. */
  readonly next: bigint[];
  /** Up to where each partition held everything when it was last compared with the checkpoint. */
  floors: ReadonlyMap<number, TailPosition>;
}

export interface KafkaTargetOptions {
  /** Names the checkpoint; usually `kafka`. */
  readonly name?: string;
  /** Whose messages these are; usually those of command-api. */
  readonly source?: MessageSource;
  readonly kafka: Kafka;
  readonly catalogs: readonly Pick<EventCatalog, 'aggregateType' | 'topic'>[];
  readonly topicPrefix: string;
  readonly locate: LocateEvents;
  /** How a record tells which row it was made from; usually as an event does. */
  readonly readReference?: ReadReference;
  /**
   * Whether others write to these topics too. Then a log that goes further than this relay left it is as it should be;
   * one that lost its end is still noticed, unless others have filled it up again meanwhile.
   */
  readonly sharedTopic?: boolean;
}

/**
 * Kafka as the relay's target: one topic an aggregate type, keyed by aggregate id, one send in flight.
 * Within a partition the log always holds a prefix of what belongs there, in tail order; so the newest event at a
 * log's end (its floor) tells what is published, whoever sent it and whatever became of the acknowledgement.
 */
export class KafkaTarget implements RelayTarget {
  readonly name: string;
  private readonly publisher: Publisher;
  private readonly topicOf: ReadonlyMap<string, string>;
  private clusterId = '';
  private logs = new Map<string, TopicLog>();
  /** Partitions whose log was seen to be cut, with the offset that it was cut to. */
  private readonly cuts = new Map<string, bigint>();

  constructor(private readonly options: KafkaTargetOptions) {
    this.name = options.name ?? 'kafka';
    this.publisher = createPublisher(options.kafka);
    this.topicOf = new Map(
      options.catalogs.map(({ aggregateType, topic }) => [aggregateType, options.topicPrefix + topic]),
    );
  }

  async recover(savedState: unknown, published: TailPosition): Promise<Recovery> {
    const saved = savedState as KafkaTargetState | undefined;
    let resumeAt = published;
    for (const topic of this.topicOf.values()) {
      const log = await this.openLog(topic, saved);
      if (!saved) continue;
      log.floors = await this.findTopicFloors(topic, log, saved, published);
      for (const floor of log.floors.values()) if (comparePositions(floor, resumeAt) < 0) resumeAt = floor;
    }
    this.cuts.clear();
    return {
      resumeAt,
      isPublished: ({ event, position }) => {
        const { next, floors } = this.logFor(this.topicFor(event.aggregateType));
        const floor = floors.get(partitionOf(event.aggregateId, next.length));
        return floor !== undefined && comparePositions(position, floor) <= 0;
      },
    };
  }

  async publish(events: readonly TailEvent[]): Promise<void> {
    for (const [topic, messages] of this.messagesByTopic(events)) {
      await sendInTurn(splitIntoSends(messages), (send) => this.send(topic, send));
    }
  }

  async verify(): Promise<void> {
    for (const [topic, log] of this.logs) {
      await this.checkIdentity(topic, { clusterId: this.clusterId, topicId: log.topicId });
      for (const [partition, { end }] of await endOffsets(this.options.kafka, topic)) {
        const expected = log.next[partition];
        if (expected === undefined || end === expected) continue;
        if (end < expected || !this.options.sharedTopic) throw new LogMoved(topic, partition, expected, end);
      }
    }
  }

  state(position: TailPosition): KafkaTargetState {
    const topics = [...this.logs].map(([topic, { topicId, next, floors }]): [string, SavedLog] => {
      const ahead = [...floors].filter(([, floor]) => comparePositions(floor, position) > 0);
      const saved = { topicId, next: next.map(String) };
      return [topic, ahead.length === 0 ? saved : { ...saved, floors: Object.fromEntries(ahead) }];
    });
    return { clusterId: this.clusterId, topics: Object.fromEntries(topics) };
  }

  async close(): Promise<void> {
    await this.publisher.disconnect();
  }

  private async send(topic: string, messages: OutgoingMessage[]): Promise<void> {
    const { next } = this.logFor(topic);
    const counts = new Map<number, bigint>();
    for (const { partition } of messages) counts.set(partition, (counts.get(partition) ?? 0n) + 1n);
    const bases = await this.publisher.publish(topic, messages);
    let moved: LogMoved | undefined;
    for (const [partition, base] of bases) {
      const expected = next[partition] ?? 0n;
      if (base < expected) {
        this.cuts.set(`${topic}/${partition}`, base);
        moved ??= new LogMoved(topic, partition, expected, base);
      } else next[partition] = base + (counts.get(partition) ?? 0n);
    }
    if (moved) throw moved;
  }

  private async openLog(topic: string, saved: KafkaTargetState | undefined): Promise<TopicLog> {
    const topicState = saved?.topics[topic];
    const expected = saved && topicState && { clusterId: saved.clusterId, topicId: topicState.topicId };
    const identity = await this.checkIdentity(topic, expected);
    const ends = await endOffsets(this.options.kafka, topic);
    const next = Array.from(
      { length: identity.partitions },
      (_, partition) => ends.get(partition)?.end ?? 0n,
    );
    const log: TopicLog = { topicId: identity.topicId, next, floors: new Map() };
    this.clusterId = identity.clusterId;
    this.logs.set(topic, log);
    return log;
  }

  private async findTopicFloors(
    topic: string,
    log: TopicLog,
    saved: KafkaTargetState,
    published: TailPosition,
  ): Promise<Map<number, TailPosition>> {
    const { next: savedNext = [], floors: savedFloors = {} } = saved.topics[topic] ?? {};
    return findPublishedPositions({
      ends: log.next,
      savedNext: log.next.map((end, partition) => BigInt(savedNext[partition] ?? end)),
      cutTo: (partition) => this.cuts.get(`${topic}/${partition}`),
      published: (partition) => savedFloors[partition] ?? published,
      readTail: (from) => readLogTail(this.options.kafka, topic, from),
      readReference: this.options.readReference ?? referenceOfEvent,
      locate: this.options.locate,
    });
  }

  private async checkIdentity(topic: string, expected: { clusterId: string; topicId: string } | undefined) {
    const identity = await describeTopic(this.options.kafka, topic);
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
    return identity;
  }

  private messagesByTopic(events: readonly TailEvent[]): Map<string, OutgoingMessage[]> {
    const messages = new Map<string, OutgoingMessage[]>();
    for (const { event } of events) {
      const topic = this.topicFor(event.aggregateType);
      const partition = partitionOf(event.aggregateId, this.logFor(topic).next.length);
      const message = { partition, ...toCloudEvent(event, this.options.source) };
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
    if (!log) throw new Error(`${topic} was not opened: recover first`);
    return log;
  }
}

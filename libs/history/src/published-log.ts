import { fromCloudEvent, type RecordedEvent } from '@eventfleet/contracts';
import type { EventStore } from '@eventfleet/event-store';
import {
  describeTopic,
  endOffsets,
  readGroupOffsets,
  readLogTail,
  type Kafka,
  type KafkaRecord,
} from '@eventfleet/kafka';
import { relayGroup, type KafkaTargetState } from '@eventfleet/outbox-relay';
import type { AnyDecider } from './adopt-events.js';

/** Records of each partition that are read at a time. */
const CHUNK = 1_000;

type Offsets = ReadonlyMap<number, bigint>;

/** A topic's log from the saved checkpoint of the relay to its end. */
export interface PublishedRange {
  readonly decider: AnyDecider;
  readonly topic: string;
  readonly topicId: string;
  readonly clusterId: string;
  readonly from: Offsets;
  readonly ends: Offsets;
  /** Up to where the relay once said that it had published, in Kafka itself. */
  readonly witnessed: Offsets;
}

/** An event of a log. */
export interface PublishedEvent {
  readonly event: RecordedEvent;
  readonly partition: number;
  readonly offset: bigint;
}

/**
 * What was published since the saved checkpoint. A topic that is another one than the checkpoint names is left out: the
 * relay refuses to go on.
 * @param state undefined before the first checkpoint, and after a rewind: the logs then count from their start
 */
export async function readRanges(
  kafka: Kafka,
  topicPrefix: string,
  deciders: readonly AnyDecider[],
  state: KafkaTargetState | undefined,
): Promise<PublishedRange[]> {
  const ranges: PublishedRange[] = [];
  for (const decider of deciders) {
    const topic = topicPrefix + decider.catalog.topic;
    const { topicId, clusterId } = await describeTopic(kafka, topic);
    const saved = state?.topics[topic];
    if (state && (saved?.topicId !== topicId || state.clusterId !== clusterId)) continue;
    const ends = new Map(
      [...(await endOffsets(kafka, topic))].map(([partition, { end }]) => [partition, end]),
    );
    const from = new Map(
      [...ends.keys()].map((partition) => [partition, BigInt(saved?.next[partition] ?? 0)]),
    );
    const offsets = await readGroupOffsets(kafka, relayGroup(topicPrefix), topic);
    const witnessed = new Map([...offsets].map(([partition, { offset }]) => [partition, offset]));
    ranges.push({ decider, topic, topicId, clusterId, from, ends, witnessed });
  }
  return ranges;
}

/** The published events of a range that the store does not have, by chunks of the log. */
export async function* readLost(
  kafka: Kafka,
  eventStore: EventStore,
  isAuthentic: (record: KafkaRecord) => boolean,
  { decider: { catalog }, topic, from, ends }: PublishedRange,
): AsyncGenerator<readonly PublishedEvent[]> {
  let next: Offsets = from;
  for (;;) {
    const unread = new Map([...next].filter(([partition, offset]) => offset < (ends.get(partition) ?? 0n)));
    if (unread.size === 0) return;
    const chunk = await readLogTail(kafka, topic, unread, CHUNK);
    const published = [...chunk].flatMap(([partition, records]) =>
      records.flatMap((record) => {
        const event = isAuthentic(record) ? toEvent(record, catalog) : undefined;
        return event ? [{ event, partition, offset: record.offset }] : [];
      }),
    );
    const unknown = new Set(await eventStore.findUnknown(published.map(({ event }) => event)));
    const lost = published.filter(({ event }) => unknown.has(event));
    if (lost.length > 0) yield lost;
    next = new Map([...unread].map(([partition, offset]) => [partition, offset + BigInt(CHUNK)]));
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Undefined for a record that the fleet cannot have written. */
function toEvent(
  record: Parameters<typeof fromCloudEvent>[0],
  catalog: AnyDecider['catalog'],
): RecordedEvent | undefined {
  try {
    const event = fromCloudEvent(record);
    if (!UUID.test(event.eventId) || !UUID.test(event.aggregateId)) return undefined;
    catalog.parse(event);
    return event;
  } catch {
    return undefined;
  }
}

/**
 * The state of a relay that takes the logs as they are now for its own, and publishes again what follows its checkpoint:
 * else it would take events for published that lie before the adopted ones in the tail.
 */
export function stateAtEnds(ranges: readonly PublishedRange[]): KafkaTargetState {
  const topics = ranges.map(({ topic, topicId, ends }) => {
    const next = [...ends].toSorted(([a], [b]) => a - b).map(([, end]) => String(end));
    return [topic, { topicId, next }] as const;
  });
  return { clusterId: ranges[0]?.clusterId ?? '', topics: Object.fromEntries(topics) };
}

import { decryptPersonal, fromCloudEvent, type RecordedEvent } from '@eventfleet/contracts';
import type { EventStore } from '@eventfleet/event-store';
import {
  describeTopic,
  endOffsets,
  readGroupOffsets,
  visitLogTail,
  type Kafka,
  type KafkaRecord,
} from '@eventfleet/kafka';
import { relayGroup, type KafkaTargetState } from '@eventfleet/outbox-relay';
import type { AnyDecider } from './adopt-events.js';

/** What is compared with the store at a time: so many events, or an event more than so many bytes. */
const CHUNK = { events: 1_000, bytes: 4 * 1024 * 1024 };

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

/** Ends the comparison by false. */
export type VisitLost = (lost: readonly PublishedEvent[]) => Promise<boolean | void>;

/**
 * Hands the published events of a range that the store does not have to `visit`, chunk by chunk; those of an aggregate
 * in their order. Others may write to the log too, so it holds a bounded part of it, however large the records are.
 */
export async function visitLost(
  kafka: Kafka,
  eventStore: Pick<EventStore, 'findUnknown'>,
  isAuthentic: (record: KafkaRecord) => boolean,
  { decider: { catalog }, topic, from, ends }: PublishedRange,
  visit: VisitLost,
): Promise<void> {
  let [events, bytes]: [PublishedEvent[], number] = [[], 0];
  const compare = async () => {
    const unknown = new Set(await eventStore.findUnknown(events.map(({ event }) => event)));
    const lost = events.filter(({ event }) => unknown.has(event));
    [events, bytes] = [[], 0];
    return lost.length === 0 || visit(lost);
  };
  let isOver = false;
  await visitLogTail(kafka, topic, from, async (record, partition) => {
    const { offset } = record;
    const isInRange = offset < (ends.get(partition) ?? 0n);
    const event = isInRange && isAuthentic(record) ? toEvent(record, catalog) : undefined;
    if (!event) return true;
    events.push({ event, partition, offset });
    bytes += sizeOf(record);
    if (events.length < CHUNK.events && bytes < CHUNK.bytes) return true;
    isOver = (await compare()) === false;
    return !isOver;
  });
  if (!isOver) await compare();
}

/** Texts of an event may be parts of its record, and keep all of it in memory. */
function sizeOf({ value, headers = {} }: KafkaRecord): number {
  let bytes = value?.length ?? 0;
  for (const [name, header] of Object.entries(headers))
    for (const each of [header].flat()) bytes += name.length + (each?.length ?? 0);
  return bytes;
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
    // Whether it can be read, nobody needs a key to say.
    catalog.parse(decryptPersonal(event, undefined));
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

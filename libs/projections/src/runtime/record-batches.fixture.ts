import { randomUUID } from 'node:crypto';
import { toCloudEvent, userEvents, type RecordedEvent, type UserEvent } from '@eventfleet/contracts';
import type { KafkaRecord, MessageBatch, TopicIdentity } from '@eventfleet/kafka';
import { recordedHistory } from '@eventfleet/testing';

export const TOPIC: TopicIdentity = { clusterId: 'cluster', topicId: 'topic', partitions: 1 };

/** The first `count` events of a new user: created, then updated again and again. */
export function history(count: number, id: string = randomUUID(), name = 'Bea'): RecordedEvent[] {
  const created: UserEvent = { type: 'user.created', data: { id, name: 'Ann', email: 'ann@example.org' } };
  const updated: UserEvent = { type: 'user.updated', data: { id, name } };
  return recordedHistory(userEvents, id, [created, ...Array.from({ length: count - 1 }, () => updated)]);
}

/** An event as its record. */
export function recordOf(event: RecordedEvent): Omit<KafkaRecord, 'offset'> {
  const { key, value, headers } = toCloudEvent(event);
  return { timestamp: 0, key: Buffer.from(key), value: Buffer.from(value), headers };
}

/** The events, or records, as they were fetched from a partition, from this offset on. */
export function batchOf(
  events: readonly (RecordedEvent | Omit<KafkaRecord, 'offset'>)[],
  firstOffset: bigint,
  { identity = TOPIC, logEnd }: { identity?: TopicIdentity; logEnd?: bigint } = {},
): MessageBatch {
  const end = firstOffset + BigInt(events.length);
  return {
    topic: 'user-events',
    partition: 0,
    identity,
    firstOffset,
    lastOffset: end - 1n,
    highWatermark: logEnd ?? end,
    messages: events.map((event, index) => ({
      ...('eventId' in event ? recordOf(event) : event),
      offset: firstOffset + BigInt(index),
    })),
  };
}

/** As `batchOf`, from another partition than the first. */
export function inPartition(partition: number, ...args: Parameters<typeof batchOf>): MessageBatch {
  return { ...batchOf(...args), partition };
}

/** The events of several users in turns: the first of each, the second of each, … */
export function interleaved(...histories: RecordedEvent[][]): RecordedEvent[] {
  const longest = Math.max(...histories.map(({ length }) => length));
  return Array.from({ length: longest }, (_, step) =>
    histories.flatMap((events) => events.slice(step, step + 1)),
  ).flat();
}

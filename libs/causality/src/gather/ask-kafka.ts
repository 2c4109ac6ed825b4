import { headerText } from '@eventfleet/contracts';
import {
  describeGroups,
  describeTopic,
  endOffsets,
  readGroupOffsets,
  visitLogSince,
  type Kafka,
} from '@eventfleet/kafka';
import type { GroupName, KafkaFacts, RecordFacts, StreamFacts } from '../facts.js';
import type { Sources } from './sources.js';

/** How often a partition is searched for the events of a stream, and how many records are looked through each time. */
const SEARCHES = 5;
const SEARCHED_RECORDS = 20_000;
/** The clocks of who decided and who published may differ by so much. */
const CLOCK_DIFFERENCE_MS = 2_000;

/** Where the events of these streams lie, and how far the groups are in those partitions. */
export async function askKafka(
  { kafka }: Sources,
  streams: readonly StreamFacts[],
  groups: readonly GroupName[],
): Promise<KafkaFacts> {
  const topics: { name: string; topicId: string }[] = [];
  const ranges: KafkaFacts['ranges'][number][] = [];
  const committed: KafkaFacts['committed'][number][] = [];
  let clusterId = '';
  for (const topic of new Set(streams.map((stream) => stream.topic))) {
    const identity = await describeTopic(kafka, topic);
    clusterId = identity.clusterId;
    topics.push({ name: topic, topicId: identity.topicId });
    for (const [partition, range] of await endOffsets(kafka, topic))
      ranges.push({ topic, partition, ...range });
    for (const { fullName: group, topics: followed } of groups) {
      if (!followed.includes(topic)) continue;
      for (const [partition, { offset }] of await readGroupOffsets(kafka, group, topic))
        committed.push({ group, topic, partition, offset });
    }
  }
  const records: RecordFacts[] = [];
  for (const stream of streams) records.push(...(await findRecords(kafka, stream)));
  return {
    clusterId,
    topics,
    ranges,
    records,
    committed,
    groups: await describeGroups(
      kafka,
      groups.map(({ fullName }) => fullName),
    ),
  };
}

/** Looks from the time of each event on, unless it was seen on the way to another one. */
async function findRecords(kafka: Kafka, { topic, partition, traces }: StreamFacts): Promise<RecordFacts[]> {
  const found = new Map<string, RecordFacts>();
  let searches = 0;
  for (const [index, { eventId, occurredAt }] of traces.entries()) {
    if (found.has(eventId) || searches++ === SEARCHES) continue;
    const rest = traces.slice(index + 1);
    const since = Date.parse(occurredAt) - CLOCK_DIFFERENCE_MS;
    await visitLogSince(kafka, { topic, partition, since, limit: SEARCHED_RECORDS }, (record) => {
      const { offset, timestamp } = record;
      const id = headerText(record.headers?.['ce_id']) ?? '';
      const isWanted = id === eventId || rest.some((trace) => trace.eventId === id);
      if (isWanted && !found.has(id))
        found.set(id, { eventId: id, topic, partition, offset, at: new Date(timestamp) });
      if (!found.has(eventId)) return true;
      const next = rest.find((trace) => !found.has(trace.eventId));
      return next !== undefined && Date.parse(next.occurredAt) <= timestamp + CLOCK_DIFFERENCE_MS;
    });
  }
  return [...found.values()];
}

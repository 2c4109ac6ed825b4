import type { EventTrace } from '@eventfleet/event-store';
import type { StoppedPartition } from '@eventfleet/kafka';
import type { ParkedAggregate, PartitionCheckpoint } from '@eventfleet/projections';
import type { Part } from '@eventfleet/resilience';
import type { Facts, GroupFacts, GroupName, StreamFacts } from './facts.js';
import { judgeRelay, KAFKA_RELAY } from './judge-relay.js';
import type { Cause, GroupStory } from './story.js';
import { count, duration } from './words.js';

/** How far a group is with a stream, and the first thing on the way from the store to it that its next event waits for. */
export function judgeGroup(facts: Facts, stream: StreamFacts, group: GroupName): GroupStory {
  const { name, kind } = group;
  const details = detailsOf(facts, stream, group);
  const store = storeOf(facts, group);
  if (!store.ok) {
    const stop = stoppedPartition(facts, stream, group);
    const cause = stop ? paused(facts, stream, group, stop) : unreachable(group, store.reason);
    return { group: name, kind, state: 'unknown', version: null, cause, details };
  }
  const applied = store.value.versions.find(
    ({ projection, aggregateId }) => projection === name && aggregateId === stream.aggregateId,
  );
  const version = applied?.version ?? 0;
  const parked = store.value.parked.find(
    ({ projection, key }) => projection === name && key === stream.aggregateId,
  );
  const cause = parked ? parkedCause(facts, parked) : causeOf(facts, stream, group, store.value, version);
  const state = cause ? 'waits' : facts.eventStore.ok ? 'up-to-date' : 'unknown';
  return { group: name, kind, state, version, ...(cause && { cause }), details };
}

/** Undefined if the group has applied all. */
function causeOf(
  facts: Facts,
  stream: StreamFacts,
  group: GroupName,
  store: GroupFacts,
  version: number,
): Cause | undefined {
  if (!facts.eventStore.ok || version === stream.version) return undefined;
  if (version > stream.version) {
    const text = `the store is only at ${stream.version}: it went back in time, or events were replaced`;
    return { code: 'ahead-of-store', text, runbook: 'when-the-event-store-went-back-in-time' };
  }
  const next = stream.traces.find((trace) => trace.version === version + 1);
  const record = next && recordOf(facts, next);
  if (next && !record) {
    const publication = judgeRelay(facts, facts.eventStore.value, KAFKA_RELAY, next, stream);
    if (!publication.isPublished) return publication.cause;
  }
  return waitsInGroup(facts, stream, group, store, record?.offset);
}

/** The event is in Kafka. */
function waitsInGroup(
  facts: Facts,
  stream: StreamFacts,
  group: GroupName,
  store: GroupFacts,
  offset: bigint | undefined,
): Cause {
  const stop = stoppedPartition(facts, stream, group);
  if (stop) return paused(facts, stream, group, stop);
  const absent = absentConsumer(facts, stream, group);
  if (absent) return absent;
  if (!facts.kafka.ok) {
    const text = `Kafka does not answer (${facts.kafka.reason})`;
    return { code: 'kafka-unreachable', text, runbook: 'under-load-and-in-outages' };
  }
  const checkpoint = checkpointOf(store, stream, group);
  const next = nextOffset(facts, checkpoint);
  const end = rangeOf(facts, stream)?.end ?? next;
  if (offset === undefined ? next >= end : next > offset) {
    const where = offset === undefined ? '' : ` at offset ${offset}`;
    return {
      code: 'passed-over',
      text: `${group.name} has gone past the event${where} without applying it: it was set aside, or the row was changed`,
      runbook: 'rows-that-differ-from-the-event-store',
    };
  }
  const before = offset === undefined ? '' : `, ${offset - next} of them before this event`;
  const moved = checkpoint
    ? `, last moved ${duration(facts.at.getTime() - checkpoint.updatedAt.getTime())} ago`
    : ', has not begun';
  return {
    code: 'lagging',
    text:
      `${group.name} lags in partition ${stream.partition} of ${stream.topic}: ` +
      `${count(end - next, 'record')} behind${before}${moved}${silenceOf(facts, group)}`,
    runbook: 'when-a-projection-lags',
  };
}

function parkedCause({ at }: Facts, parked: ParkedAggregate): Cause {
  const { errorCode, errorMessage, attempts, waiting, parkedAt, mark, firstVersion } = parked;
  const first = firstVersion === undefined ? 'its next event' : `version ${firstVersion}`;
  const why = errorCode === null ? 'waits for its turn' : `failed: ${errorCode} (${errorMessage ?? ''})`;
  const marked = mark === null ? '' : `, marked for ${mark}`;
  return {
    code: 'parked',
    text:
      `it is parked: ${first} ${why} after ${count(attempts, 'attempt')}; ` +
      `${count(waiting, 'event')} waiting for ${duration(at.getTime() - parkedAt.getTime())}${marked}`,
    runbook: 'when-a-user-is-parked',
  };
}

function paused(
  facts: Facts,
  { topic, partition }: StreamFacts,
  { app }: GroupName,
  { kind, failures, error, nextAttemptAt }: StoppedPartition,
): Cause {
  const wait = Date.parse(nextAttemptAt) - facts.at.getTime();
  const next = wait > 0 ? `next attempt in ${duration(wait)}` : 'it is being tried again';
  const down = facts.apps
    .filter((each) => each.app === app)
    .flatMap(({ answer }) => (answer.ok ? answer.value.down : []))
    .map(({ part, reason }) => `${part} is down: ${reason}`);
  const outage = down.length > 0 ? down.join(', ') : `${error.code}: ${error.message}`;
  const why = kind === 'outage' ? outage : `an event is at fault (${error.code}: ${error.message})`;
  return {
    code: 'partition-paused',
    text: `partition ${partition} of ${topic} is paused, ${why}, ${count(failures, 'attempt')} failed, ${next}`,
    runbook: 'when-a-partition-is-stopped',
  };
}

function absentConsumer({ kafka }: Facts, stream: StreamFacts, group: GroupName): Cause | undefined {
  const found = kafka.ok ? kafka.value.groups.get(group.fullName) : undefined;
  if (!found) return undefined;
  if (found.members.length === 0) {
    const text = `no process consumes ${stream.topic} for ${group.name}: no ${group.app} runs, or none can join`;
    return { code: 'no-consumer', text, runbook: 'when-a-projection-lags' };
  }
  const isOwned = found.members.some(({ assignment }) =>
    assignment[stream.topic]?.includes(stream.partition),
  );
  if (isOwned) return undefined;
  const text =
    `no member of ${group.name} has partition ${stream.partition} of ${stream.topic} now: ` +
    `the group is rebalancing (${found.state})`;
  return { code: 'rebalancing', text, runbook: 'when-a-projection-lags' };
}

function unreachable({ kind }: GroupName, reason: string): Cause {
  const store = kind === 'read-model' ? 'the read store' : 'the store of the process managers';
  const text = `${store} does not answer (${reason})`;
  return { code: 'store-unreachable', text, runbook: 'under-load-and-in-outages' };
}

/** The processes that consume for the group and do not answer. */
function silenceOf({ apps }: Facts, group: GroupName): string {
  const silent = apps.filter(({ app, answer }) => app === group.app && !answer.ok);
  return silent.map(({ app, url }) => `; ${app} at ${url} does not answer`).join('');
}

function detailsOf(facts: Facts, stream: StreamFacts, group: GroupName): string[] {
  const store = storeOf(facts, group);
  const checkpoint = store.ok ? checkpointOf(store.value, stream, group) : undefined;
  const end = rangeOf(facts, stream)?.end;
  const committed =
    facts.kafka.ok &&
    facts.kafka.value.committed.find(
      (each) => each.group === group.fullName && isSame(each, stream) && each.offset >= 0n,
    );
  const members = facts.kafka.ok ? facts.kafka.value.groups.get(group.fullName)?.members : undefined;
  const owner = members?.find(({ assignment }) => assignment[stream.topic]?.includes(stream.partition));
  const where = `${stream.topic}/${stream.partition}`;
  return [
    ...(checkpoint
      ? [
          `checkpoint ${checkpoint.nextOffset}${end === undefined ? '' : ` of ${end}`} in ${where}, ` +
            `moved at ${checkpoint.updatedAt.toISOString()}`,
        ]
      : []),
    ...(committed ? [`committed ${committed.offset} to Kafka`] : []),
    ...(members ? [`${count(members.length, 'member')}${owner ? `, consumed by ${owner.host}` : ''}`] : []),
  ];
}

function storeOf({ readStore, processManagers }: Facts, { kind }: GroupName): Part<GroupFacts> {
  return kind === 'read-model' ? readStore : processManagers;
}

function checkpointOf(
  { checkpoints }: GroupFacts,
  stream: StreamFacts,
  { name }: GroupName,
): PartitionCheckpoint | undefined {
  return checkpoints.find((each) => each.projection === name && isSame(each, stream));
}

/** A checkpoint of another topic of this name does not count: the group starts over. */
function nextOffset({ kafka }: Facts, checkpoint: PartitionCheckpoint | undefined): bigint {
  const topic = kafka.ok && kafka.value.topics.find(({ name }) => name === checkpoint?.topic);
  if (!checkpoint || (topic && topic.topicId !== checkpoint.topicId)) return 0n;
  return checkpoint.nextOffset;
}

function rangeOf({ kafka }: Facts, stream: StreamFacts) {
  return kafka.ok ? kafka.value.ranges.find((range) => isSame(range, stream)) : undefined;
}

export function recordOf({ kafka }: Facts, { eventId }: EventTrace) {
  return kafka.ok ? kafka.value.records.find((record) => record.eventId === eventId) : undefined;
}

function stoppedPartition({ apps }: Facts, stream: StreamFacts, group: GroupName) {
  return apps
    .flatMap(({ answer }) => (answer.ok ? answer.value.stopped : []))
    .find((stop) => stop.group === group.fullName && isSame(stop, stream));
}

function isSame(
  a: { readonly topic: string; readonly partition: number },
  b: { readonly topic: string; readonly partition: number },
): boolean {
  return a.topic === b.topic && a.partition === b.partition;
}

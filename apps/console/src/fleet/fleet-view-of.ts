import type { ProcessManagerStatus, ProjectionStatus } from '@eventfleet/operators';
import { consumersOf, type FleetFacts, type SlowFacts } from './fleet-facts.js';
import { troublesOf } from './fleet-troubles.js';
import type {
  ConsumerView,
  FleetView,
  FlowState,
  PartitionView,
  RelayView,
  TopicView,
} from './fleet.view.js';

/** Where a partition was, and since when. */
export interface Movement {
  readonly applied: number;
  readonly since: number;
}

const STOPPED_MS = 10_000;
/** A relay publishes within milliseconds. */
const BEHIND_SECONDS = 2;
const BEHIND_RECORDS = 1_000;
const KAFKA_RELAY = 'kafka';

/**
 * What the page shows of what was found. Pure.
 * @param moved when each partition last went on, as the look before found it
 */
export function fleetView(
  facts: FleetFacts,
  slow: SlowFacts,
  previous: FleetFacts | undefined,
  moved: ReadonlyMap<string, Movement>,
): { readonly view: FleetView; readonly moved: Map<string, Movement> } {
  const { status } = facts;
  const movements = movementsOf(facts, moved);
  const seconds = previous ? (facts.at - previous.at) / 1_000 : undefined;
  const relays = status.eventStore.ok ? status.eventStore.value.relays.map(relayView) : [];
  const topics = topicViews(facts, previous, seconds);
  const consumers = consumersOf(status).map((each) =>
    consumerView(each, { facts, previous, seconds, movements }),
  );
  const seen = {
    servers: serversOf(facts),
    appendedPerSecond: appendedPerSecond(facts, previous, seconds),
    relays,
    topics,
    consumers,
    verifications: slow.verifications.ok
      ? slow.verifications.value.map(({ projection, checked, lastPass }) => ({
          projection,
          checked,
          lastPass: lastPass ? { ...lastPass, endedAt: lastPass.endedAt.toISOString() } : null,
        }))
      : [],
    deadLetters: slow.deadLetters.ok ? slow.deadLetters.value : [],
    historyConflicts: slow.historyConflicts.ok ? slow.historyConflicts.value : 0,
  };
  const tailBlocker = status.eventStore.ok ? status.eventStore.value.tailBlocker : null;
  return { view: { ...seen, troubles: troublesOf(seen, tailBlocker) }, moved: movements };
}

function movementsOf(
  { status, at }: FleetFacts,
  before: ReadonlyMap<string, Movement>,
): Map<string, Movement> {
  const movements = new Map<string, Movement>();
  for (const { projection, partitions } of consumersOf(status))
    for (const { topic, partition, applied } of partitions) {
      const key = `${projection} ${topic} ${partition}`;
      const known = before.get(key);
      movements.set(key, known?.applied === applied ? known : { applied, since: at });
    }
  return movements;
}

function relayView(relay: {
  readonly relay: string;
  readonly holder: string;
  readonly epoch: string;
  readonly isHeld: boolean;
  readonly backlogEvents: number;
  readonly backlogAgeSeconds: number;
}): RelayView {
  const { backlogEvents: backlog, backlogAgeSeconds: ageSeconds, isHeld } = relay;
  const isBehind = backlog > 0 && ageSeconds > BEHIND_SECONDS;
  return {
    relay: relay.relay,
    state: !isHeld ? 'stopped' : isBehind ? 'behind' : 'ok',
    holder: isHeld ? relay.holder : null,
    epoch: relay.epoch,
    backlog,
    ageSeconds: Math.round(ageSeconds * 10) / 10,
  };
}

function topicViews(
  { status }: FleetFacts,
  previous: FleetFacts | undefined,
  seconds: number | undefined,
): TopicView[] {
  if (!status.kafka.ok) return [];
  const before = new Map(
    previous?.status.kafka.ok ? previous.status.kafka.value.topics.map((each) => [each.topic, each]) : [],
  );
  return status.kafka.value.topics.map((each) => ({
    ...each,
    perSecond: rate(before.get(each.topic)?.records, each.records, seconds),
  }));
}

interface Looks {
  readonly facts: FleetFacts;
  readonly previous: FleetFacts | undefined;
  readonly seconds: number | undefined;
  readonly movements: ReadonlyMap<string, Movement>;
}

function consumerView(
  status: ProjectionStatus | ProcessManagerStatus,
  { facts, previous, seconds, movements }: Looks,
): ConsumerView {
  const { projection: name, applied, lag, parked } = status;
  const before = previous && consumersOf(previous.status).find((each) => each.projection === name);
  const partitions: PartitionView[] = status.partitions.map((each) => {
    const since = movements.get(`${name} ${each.topic} ${each.partition}`)?.since ?? facts.at;
    return { ...each, isStopped: each.lag > 0 && facts.at - since >= STOPPED_MS };
  });
  const members = facts.groups.get(name)?.members.length ?? null;
  return {
    name,
    kind: 'instances' in status ? 'process-manager' : 'projection',
    state: consumerState(facts, lag, members, partitions),
    applied,
    lag,
    perSecond: rate(before?.applied, applied, seconds),
    members,
    parkedKeys: parked.keys,
    parkedEvents: parked.events,
    instances: 'instances' in status ? status.instances : null,
    timersDue: 'instances' in status ? status.timersDue : null,
    partitions,
  };
}

function consumerState(
  { status }: FleetFacts,
  lag: number,
  members: number | null,
  partitions: readonly PartitionView[],
): FlowState {
  if (!status.kafka.ok) return 'unknown';
  if (members === 0 || partitions.some(({ isStopped }) => isStopped)) return 'stopped';
  return lag > BEHIND_RECORDS ? 'behind' : 'ok';
}

function serversOf({ status }: FleetFacts): FleetView['servers'] {
  const parts = [
    ['The event store', status.eventStore],
    ['Kafka', status.kafka],
    ['The read store', status.readStore],
  ] as const;
  return parts.map(([name, part]) => ({ name, down: part.ok ? null : part.reason }));
}

/** What was published, and what waits more than before. */
function appendedPerSecond(
  facts: FleetFacts,
  previous: FleetFacts | undefined,
  seconds: number | undefined,
): number | null {
  const [now, then] = [stored(facts), previous && stored(previous)];
  return now === undefined ? null : rate(then, now, seconds);
}

function stored({ status: { kafka, eventStore } }: FleetFacts): number | undefined {
  if (!kafka.ok || !eventStore.ok) return undefined;
  const backlog = eventStore.value.relays.find(({ relay }) => relay === KAFKA_RELAY)?.backlogEvents ?? 0;
  const records = kafka.value.topics
    .filter(({ topic }) => topic.endsWith('-events'))
    .reduce((sum, topic) => sum + topic.records, 0);
  return records + backlog;
}

function rate(before: number | undefined, now: number, seconds: number | undefined): number | null {
  if (before === undefined || !seconds) return null;
  return Math.max(0, Math.round(((now - before) / seconds) * 10) / 10);
}

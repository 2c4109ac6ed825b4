import type { EventTrace } from '@eventfleet/event-store';
import type { StoppedPartition } from '@eventfleet/kafka';
import type { ParkedAggregate } from '@eventfleet/projections';
import type { AppFacts, EventStoreFacts, Facts, GroupFacts, KafkaFacts, StreamFacts } from './facts.js';

export const USER = '0190b6e8-0000-7000-8000-000000000001';
const TOPIC = 'user-events';
const PARTITION = 4;
const place = { topic: TOPIC, partition: PARTITION };

/** Gathered at this time. */
export const NOW = new Date('2026-01-02T03:00:00.000Z');
export const secondsAgo = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);

export const REFUSED = { ok: false, reason: 'connect ECONNREFUSED' } as const;

export function trace(version: number, changes: Partial<EventTrace> = {}): EventTrace {
  return {
    eventId: `0190b6e8-0000-7000-8000-00000000010${version}`,
    type: version === 1 ? 'user.created' : 'user.updated',
    schemaVersion: 1,
    aggregateType: 'user',
    aggregateId: USER,
    version,
    globalPosition: String(version),
    occurredAt: secondsAgo(60 - version).toISOString(),
    correlationId: `request ${version}`,
    causationId: `command ${version}`,
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    position: { transactionId: String(100 + version), globalPosition: String(version) },
    isInTail: true,
    ...changes,
  };
}

/** What a test says of the world; all else is well, with the store at 9 and every row too. */
export interface World {
  readonly rows?: Readonly<Partial<Record<'user-list' | 'user-stats', number>>>;
  readonly events?: Partial<StreamFacts>;
  readonly store?: Partial<EventStoreFacts>;
  /** The last version that each relay has published. */
  readonly published?: Readonly<Record<string, number>>;
  readonly relay?: Partial<EventStoreFacts['checkpoints'][number]>;
  readonly kafka?: Partial<KafkaFacts>;
  /** The offset that `user-list` goes on from. Versions lie at offsets 101 to 109, the log ends at 120. */
  readonly nextOffset?: bigint;
  readonly parked?: readonly Partial<ParkedAggregate>[];
  readonly stopped?: readonly Partial<StoppedPartition>[];
  readonly down?: readonly { part: string; reason: string }[];
  readonly facts?: Partial<Facts>;
}

export function factsOf(world: World = {}): Facts {
  return {
    at: NOW,
    question: USER,
    groups: ['user-list', 'user-stats'].map((name) => ({
      name,
      fullName: name,
      kind: 'read-model',
      app: 'projector',
      topics: [TOPIC],
    })),
    eventStore: { ok: true, value: eventStoreOf(world) },
    kafka: { ok: true, value: kafkaOf(world) },
    readStore: { ok: true, value: readStoreOf(world) },
    processManagers: { ok: true, value: { checkpoints: [], versions: [], parked: [], instances: [] } },
    mails: { ok: true, value: [] },
    apps: appsOf(world),
    ...world.facts,
  };
}

function eventStoreOf({ events, store, published = { kafka: 9 }, relay }: World): EventStoreFacts {
  const stream: StreamFacts = {
    aggregateType: 'user',
    aggregateId: USER,
    ...place,
    version: 9,
    traces: [7, 8, 9].map((version) => trace(version)),
    asked: [],
    ...events,
  };
  return {
    match: 'aggregate',
    streams: [stream],
    isCut: false,
    checkpoints: Object.entries(published).map(([name, version]) => ({
      relay: name,
      holder: 'host:12',
      epoch: '3',
      isHeld: true,
      leaseUntil: secondsAgo(-4).toISOString(),
      position: trace(version).position,
      kafka:
        name === 'kafka'
          ? { clusterId: 'cluster', topics: { [TOPIC]: { topicId: 'topic', next: [] } } }
          : undefined,
      ...relay,
    })),
    relays: Object.keys(published).map((name) => ({
      relay: name,
      holder: 'host:12',
      epoch: '3',
      isHeld: true,
      backlogEvents: 2,
      backlogAgeSeconds: 12,
    })),
    blocker: undefined,
    ...store,
  };
}

function kafkaOf({ published = { kafka: 9 }, kafka }: World): KafkaFacts {
  return {
    clusterId: 'cluster',
    topics: [{ name: TOPIC, topicId: 'topic' }],
    ranges: [{ ...place, start: 0n, end: 120n }],
    records: [7, 8, 9]
      .filter((version) => version <= (published.kafka ?? 0))
      .map((version) => ({
        ...place,
        eventId: trace(version).eventId,
        offset: BigInt(100 + version),
        at: secondsAgo(50),
      })),
    groups: new Map(
      ['user-list', 'user-stats'].map((group) => [
        group,
        {
          state: 'Stable',
          members: [{ clientId: 'projector', host: '10.0.0.5', assignment: { [TOPIC]: [PARTITION] } }],
        },
      ]),
    ),
    committed: [],
    ...kafka,
  };
}

function readStoreOf({ rows, nextOffset = 120n, parked = [] }: World): GroupFacts {
  const versions = { 'user-list': 9, 'user-stats': 9, ...rows };
  return {
    checkpoints: Object.keys(versions).map((projection) => ({
      projection,
      ...place,
      nextOffset: projection === 'user-list' ? nextOffset : 120n,
      clusterId: 'cluster',
      topicId: 'topic',
      updatedAt: secondsAgo(43),
    })),
    versions: Object.entries(versions)
      .filter(([, version]) => version > 0)
      .map(([projection, version]) => ({
        projection,
        aggregateId: USER,
        version,
        isParked: parked.length > 0,
      })),
    parked: parked.map((changes) => ({
      projection: 'user-list',
      key: USER,
      errorCode: 'projection-failed',
      errorMessage: 'TypeError at fold.ts:7',
      attempts: 5,
      parkedAt: secondsAgo(180),
      mark: null,
      waiting: 2,
      firstVersion: 8,
      ...changes,
    })),
  };
}

function appsOf({ stopped = [], down = [] }: World): AppFacts[] {
  const full = stopped.map((changes): StoppedPartition => ({
    group: 'user-list',
    ...place,
    kind: 'outage',
    failures: 6,
    error: { code: 'ECONNREFUSED', message: 'Error at tcp.js:1' },
    nextAttemptAt: secondsAgo(-3).toISOString(),
    ...changes,
  }));
  return [
    { app: 'command-api', url: 'http://a:3000', answer: { ok: true, value: { down: [], stopped: [] } } },
    { app: 'projector', url: 'http://a:3002', answer: { ok: true, value: { down, stopped: full } } },
  ];
}

import {
  EventStore,
  findTailBlocker,
  findTraces,
  type EventTrace,
  type StreamId,
} from '@eventfleet/event-store';
import { partitionOf, withPrefix } from '@eventfleet/kafka';
import { readRelayCheckpoints, readRelayStatus } from '@eventfleet/outbox-relay';
import type pg from 'pg';
import type { EventStoreFacts, Match, StreamFacts } from '../facts.js';
import type { Sources } from './sources.js';

/** What is looked at and shown: enough to understand, and bounded. */
const AGGREGATES = 5;
const EVENTS = 10;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type StreamPlace = Pick<
  StreamFacts,
  'aggregateType' | 'aggregateId' | 'topic' | 'partition' | 'asked'
>;

export interface FoundStreams {
  readonly match: Match;
  readonly streams: readonly StreamPlace[];
  readonly isCut: boolean;
}

/** Which aggregates an id concerns: it is an aggregate's, else an event's, else a correlation id. */
export async function findStreams(sources: Sources, id: string): Promise<FoundStreams> {
  const pool = sources.eventStore;
  const uuid = id.toLowerCase();
  if (UUID.test(uuid)) {
    const streams = await findAggregates(sources, uuid);
    if (streams.length > 0) return { match: 'aggregate', streams, isCut: false };
    const events = await findTraces(pool, { eventId: uuid }, EVENTS);
    if (events.length > 0) return { match: 'event', ...toStreams(sources, events) };
  }
  const events = await findTraces(pool, { correlationId: id }, EVENTS + 1);
  if (events.length === 0) return { match: 'none', streams: [], isCut: false };
  const { streams, isCut } = toStreams(sources, events.slice(0, EVENTS));
  return { match: 'correlation', streams, isCut: isCut || events.length > EVENTS };
}

/** The stream that an id may be of, while the event store cannot tell; none if it is no aggregate's. */
export function guessStreams(sources: Sources, id: string): StreamPlace[] {
  const [first] = sources.aggregates;
  const aggregateId = id.toLowerCase();
  if (!first || !UUID.test(aggregateId)) return [];
  return [placeOf(sources, { aggregateType: first.aggregateType, aggregateId }, [])];
}

async function findAggregates(sources: Sources, id: string): Promise<StreamPlace[]> {
  const store = new EventStore(sources.eventStore);
  const found: StreamPlace[] = [];
  for (const { aggregateType } of sources.aggregates) {
    const versions = await store.readVersions(aggregateType, [id]);
    if (versions.size > 0) found.push(placeOf(sources, { aggregateType, aggregateId: id }, []));
  }
  return found;
}

function toStreams(sources: Sources, events: readonly EventTrace[]) {
  const byAggregate = Map.groupBy(
    events,
    ({ aggregateType, aggregateId }) => `${aggregateType} ${aggregateId}`,
  );
  const all = [...byAggregate.values()].map((own) =>
    placeOf(
      sources,
      own[0]!,
      own.map(({ eventId }) => eventId),
    ),
  );
  return { streams: all.slice(0, AGGREGATES), isCut: all.length > AGGREGATES };
}

function placeOf(
  { aggregates, settings }: Sources,
  { aggregateType, aggregateId }: StreamId,
  asked: readonly string[],
): StreamPlace {
  const topic = aggregates.find((each) => each.aggregateType === aggregateType)?.topic ?? '';
  return {
    aggregateType,
    aggregateId,
    topic: withPrefix(settings, topic),
    partition: partitionOf(aggregateId, settings.partitions),
    asked,
  };
}

/**
 * The events of these streams, and how far the relays are.
 * @param rows the versions that groups have applied of each: the events behind them are read as well
 */
export async function askEventStore(
  { eventStore: pool }: Sources,
  { match, streams, isCut }: FoundStreams,
  rows: ReadonlyMap<string, readonly number[]>,
): Promise<EventStoreFacts> {
  const found: StreamFacts[] = [];
  for (const stream of streams) {
    const next = (rows.get(stream.aggregateId) ?? [0]).map((version) => version + 1);
    const traces = await readTraces(pool, stream, next);
    found.push({ ...stream, version: traces.at(-1)?.version ?? 0, traces });
  }
  return {
    match,
    streams: found,
    isCut,
    checkpoints: await readRelayCheckpoints(pool),
    relays: await readRelayStatus(pool),
    blocker: await findTailBlocker(pool),
  };
}

async function readTraces(
  pool: pg.Pool,
  { aggregateType, aggregateId, asked }: StreamPlace,
  versions: readonly number[],
): Promise<EventTrace[]> {
  const stream = { aggregateType, aggregateId };
  const traces = [
    ...(await findTraces(pool, { ...stream, versions }, versions.length)),
    ...(await readAsked(pool, asked)),
    ...(await findTraces(pool, { ...stream, newest: true }, EVENTS)),
  ];
  const byVersion = new Map(traces.map((trace) => [trace.version, trace]));
  return [...byVersion.values()].toSorted((a, b) => a.version - b.version);
}

async function readAsked(pool: pg.Pool, asked: readonly string[]): Promise<EventTrace[]> {
  const traces: EventTrace[] = [];
  for (const eventId of asked) traces.push(...(await findTraces(pool, { eventId }, 1)));
  return traces;
}

import type pg from 'pg';
import type { RecordedEvent } from '@eventfleet/contracts';
import type { Claim } from '@eventfleet/domain';
import { endPool, isConflict, isConnectionError, withClient } from '@eventfleet/postgres';
import type { BrokenChain } from './chain/chain-verifier.js';
import { StreamHeads } from './chain/stream-heads.js';
import { EventStoreError, storeUnavailable } from './event-store.errors.js';
import type { PersonalData } from './personal-data/personal-data.js';
import { readHashedClaims } from './personal-data/read-hashed-claims.js';
import { revealAll, revealEach, revealTail } from './personal-data/reveal-events.js';
import { revealPast, revealSteps } from './personal-data/reveal-steps.js';
import {
  appendBatch,
  type AppendBatch,
  type HeldClaim,
  type IdempotencyAnswer,
  type IdempotencyKey,
  type NewEvent,
} from './sql/append-batch.js';
import { estimateEvents } from './sql/estimate-events.js';
import { findMissingSnapshots, type GapSearch, type SnapshotGaps } from './sql/find-missing-snapshots.js';
import { findUnknownEvents } from './sql/find-unknown-events.js';
import { findVersionAt } from './sql/find-version-at.js';
import { followTail, type FollowTailQuery, type TailPage } from './sql/follow-tail.js';
import { listAggregates, type AggregatesQuery } from './sql/list-aggregates.js';
import { locateEvents, type EventReference } from './sql/locate-events.js';
import { purgeIdempotencyAnswers, type IdempotencyAnswersToPurge } from './sql/purge-idempotency-answers.js';
import { readClaims } from './sql/read-claims.js';
import { readEventsOf, type EventsOfQuery } from './sql/read-events-of.js';
import { readIdempotencyAnswers } from './sql/read-idempotency-answers.js';
import { readPast, type PastQuery, type PastStep } from './sql/read-past.js';
import { readPublished, type PublishedMark } from './sql/read-published.js';
import { readStream, type StreamId, type VersionRange } from './sql/read-stream.js';
import { readStreams, type StreamsQuery, type StreamStep } from './sql/read-streams.js';
import { comparePositions, readTail, type TailEvent, type TailPosition } from './sql/read-tail.js';
import { readTailEnd } from './sql/read-tail-end.js';
import { readVersions } from './sql/read-versions.js';
import {
  findAggregate,
  scanStreams,
  type ScannedStreams,
  type StreamPlace,
  type StreamScan,
} from './sql/scan-streams.js';
import { readSnapshotProgress, saveSnapshotProgress } from './sql/snapshot-progress.js';
import type { TailMark } from './sql/tail-mark.js';
import type { TailTable } from './sql/tail-table.js';
import { mayHaveGoneBack } from './sql/store-identity.js';
import { wasAppended } from './sql/was-appended.js';
import { writeSnapshots, type Snapshot, type SnapshotKind } from './sql/write-snapshots.js';

/** An event before its stream gives it a version. */
export type EventData = Omit<NewEvent, keyof StreamId | 'version'>;

export interface AppendOptions {
  /** The version of the stream's last event; 0: there is no such stream. */
  readonly expectedVersion: number;
}

/**
 * The events of every aggregate, in Postgres. A stream is one aggregate's events by version, from 1 and without gaps;
 * the tail is all events in the one order in which they can be read on without a gap. Each method is one statement or
 * one transaction. Commands go through `CommandExecutor`, which adds decisions, batches and retries.
 */
export class EventStore {
  private readonly heads = new StreamHeads();

  /**
   * @param pool of the event store's database; one that writes pipelines, and may be read-only (`PoolOptions`)
   * @param personalData with it personal data is stored encrypted, and read as it was; without it events are read and
   *   written as they are stored
   * @param onBrokenChain called by `readEventsOf` for each stream that is not as it was appended; absent: nobody looks
   */
  constructor(
    private readonly pool: pg.Pool,
    private readonly personalData?: PersonalData,
    private readonly onBrokenChain?: (broken: BrokenChain) => void,
  ) {}

  /**
   * Appends events to one stream, all or none, durably. Claims and idempotency keys are not checked.
   * @returns the stream's version afterwards; without events, the expected one
   * @throws EventStoreError `write-conflict` when the stream is at another version: nothing was written;
   *   `event-store-unavailable` when the connection broke: `wasAppended` finds out what became of the events
   */
  async appendToStream(
    { aggregateType, aggregateId }: StreamId,
    events: readonly EventData[],
    { expectedVersion }: AppendOptions,
  ): Promise<number> {
    const versioned = events.map((event, index): NewEvent => {
      return { ...event, aggregateType, aggregateId, version: expectedVersion + index + 1 };
    });
    if (versioned.length === 0) return expectedVersion;
    try {
      // The table refuses a version that is taken; a gap it would let through.
      if (!(await this.hasVersion({ aggregateType, aggregateId }, expectedVersion))) throw conflict();
      await this.appendBatch({ events: versioned });
    } catch (error) {
      if (isConflict(error)) throw conflict(error);
      throw isConnectionError(error) ? storeUnavailable(error) : error;
    }
    return expectedVersion + versioned.length;
  }

  /**
   * Appends to many streams at once, with claims and idempotency answers: everything or nothing, durably, in one round
   * trip. A version that is taken is refused; a gap is not: the caller has to have loaded the streams.
   * @throws an error of `isConflict` when a version, a claim or a key is taken, or other writers were in the way:
   *   nothing was written. After a connection error the outcome is unknown, and `wasAppended` finds it out
   */
  async appendBatch(batch: AppendBatch): Promise<void> {
    const sealed = await this.personalData?.seal(batch);
    const stored = sealed?.batch ?? batch;
    const events = await this.heads.chain(this.pool, stored.events);
    await withClient(this.pool, (client) => appendBatch(client, { ...stored, events }));
    this.heads.keep(events);
    sealed?.onAppended();
  }

  /** Forgets what it has in memory: the store may have changed other than by appends. */
  forget(): void {
    this.heads.clear();
  }

  /** Whether exactly this event is stored; so then is everything that was appended with it. */
  wasAppended(event: NewEvent): Promise<boolean> {
    return wasAppended(this.pool, event);
  }

  /** The stored events of a stream in version order; versions that are not there are left out. */
  readStream(stream: StreamId, range?: VersionRange): Promise<RecordedEvent[]> {
    return revealAll(this.personalData, readStream(this.pool, stream, range));
  }

  /**
   * Reads the streams of an aggregate type one after the other, by aggregate id and version. The last one may be cut off
   * if there are as many events as the limit. Needs a pool that does not pipeline.
   */
  scanStreams(scan: StreamScan): Promise<ScannedStreams> {
    return withClient(this.pool, (client) =>
      scanStreams(client, scan, (events) => revealEach(this.personalData, events)),
    );
  }

  /** The aggregate of the event that comes so many events behind an aggregate, by aggregate id and version. */
  findAggregate(place: StreamPlace): Promise<string | undefined> {
    return withClient(this.pool, (client) => findAggregate(client, place));
  }

  /** About how many events there are of an aggregate type; no row is read. */
  estimateEvents(aggregateType: string): Promise<number> {
    return estimateEvents(this.pool, aggregateType);
  }

  /** What brings many streams up to the present: for each its newest snapshot, and the events after it. */
  readStreams(query: StreamsQuery): Promise<StreamStep[]> {
    const { pool, personalData } = this;
    const read = (wanted: StreamsQuery) => readStreams(pool, wanted);
    return personalData ? revealSteps(personalData, read, query) : read(query);
  }

  /**
   * Reads all events after a position, in tail order, at most `limit`. Gap-safe: no event ever appears at or before a
   * position that was returned. Per aggregate the order is the version order.
   */
  readTail(after: TailPosition, limit: number, table?: TailTable): Promise<TailEvent[]> {
    return revealTail(this.personalData, readTail(this.pool, after, limit, table));
  }

  /** As `readTail`, on from a mark, which tells whether this is still the store in which it was. */
  async followTail(query: FollowTailQuery): Promise<TailPage> {
    const page = await followTail(this.pool, query);
    return { ...page, events: await revealTail(this.personalData, page.events) };
  }

  /** The mark of the last event that `readTail` would return now; `TAIL_BEGIN` if there is none. */
  readTailEnd(): Promise<TailMark> {
    return readTailEnd(this.pool);
  }

  /** The tail positions of events by their ids; an event that is not stored is left out. */
  locateEvents(
    references: readonly EventReference[],
    table?: TailTable,
  ): Promise<ReadonlyMap<string, TailPosition>> {
    return locateEvents(this.pool, references, table);
  }

  /**
   * Which of these events are not stored, by id, aggregate and version together.
   * @throws EventStoreError `event-store-unavailable` if the server is a standby that lacks some of them: it may be late
   */
  findUnknown<Reference extends EventReference>(
    references: readonly Reference[],
  ): Promise<readonly Reference[]> {
    return findUnknownEvents(this.pool, references);
  }

  /** The ids of the aggregates that have events, in their order. */
  listAggregates(query: AggregatesQuery): Promise<string[]> {
    return listAggregates(this.pool, query);
  }

  /** The events of many streams, by aggregate id and version, as they are at one moment of the database. */
  readEventsOf(query: EventsOfQuery): Promise<RecordedEvent[]> {
    return revealEach(this.personalData, readEventsOf(this.pool, query, this.onBrokenChain));
  }

  /**
   * For who changes something because of what the store lacks.
   * @throws EventStoreError `event-store-unavailable` while it may have gone back in time: it is another server, or on another
   *   timeline, than was last compared with what was published
   */
  async requireCompared(): Promise<void> {
    if (!(await mayHaveGoneBack(this.pool))) return;
    throw storeUnavailable(new Error('it may have gone back in time: the relay compares it with Kafka'));
  }

  /** Up to where the relay has published to a topic; undefined if it has no checkpoint for it. */
  readPublished(topic: string): Promise<PublishedMark | undefined> {
    return readPublished(this.pool, topic);
  }

  /** Those of these events that were published when the mark was read. */
  async findPublished<Reference extends EventReference>(
    references: readonly Reference[],
    { position }: PublishedMark,
  ): Promise<readonly Reference[]> {
    const positions = await this.locateEvents(references);
    return references.filter(({ eventId }) => {
      const own = positions.get(eventId);
      return own !== undefined && comparePositions(own, position) <= 0;
    });
  }

  /** For each stream its last snapshot before a version, and the events after it. `loadPastStates` folds them. */
  readPast(query: PastQuery): Promise<PastStep[]> {
    const { pool, personalData } = this;
    const read = (wanted: PastQuery) => readPast(pool, wanted);
    return personalData ? revealPast(personalData, read, query) : read(query);
  }

  /** The version that a stream had at an instant (epoch milliseconds); 0 before its first event. */
  findVersionAt(stream: StreamId, time: number): Promise<number> {
    return findVersionAt(this.pool, stream, time);
  }

  /** The present version of each of these aggregates; one without events is left out. */
  readVersions(aggregateType: string, aggregateIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return readVersions(this.pool, aggregateType, aggregateIds);
  }

  /** Who holds these claims; a free claim is left out. */
  readClaims(claims: readonly Claim[]): Promise<HeldClaim[]> {
    const { pool, personalData } = this;
    const read = (wanted: readonly Claim[]) => readClaims(pool, wanted);
    return personalData ? readHashedClaims(personalData, read, claims) : read(claims);
  }

  /** The stored answers of idempotency keys; a key that was never used is left out. */
  readIdempotencyAnswers(keys: readonly IdempotencyKey[]): Promise<IdempotencyAnswer[]> {
    return readIdempotencyAnswers(this.pool, keys);
  }

  /** Deletes up to `limit` old idempotency answers of a scope. @returns how many were deleted */
  purgeIdempotencyAnswers(answers: IdempotencyAnswersToPurge): Promise<number> {
    return purgeIdempotencyAnswers(this.pool, answers);
  }

  /** Adds to the history of snapshots; the newest of a stream is also the one that loads begin with. */
  async writeSnapshots(kind: SnapshotKind, snapshots: readonly Snapshot[]): Promise<void> {
    const sealed = (await this.personalData?.sealStates(kind.aggregateType, snapshots)) ?? snapshots;
    if (sealed.length > 0) await writeSnapshots(this.pool, kind, sealed);
  }

  /** The streams that have passed a multiple of `every` in a part of the tail without a snapshot. */
  findMissingSnapshots(search: GapSearch): Promise<SnapshotGaps> {
    return findMissingSnapshots(this.pool, search);
  }

  /** Up to where in the tail no snapshot of this kind is missing. */
  readSnapshotProgress(kind: SnapshotKind): Promise<TailPosition> {
    return readSnapshotProgress(this.pool, kind);
  }

  /** Moves that position on; it never goes back. */
  saveSnapshotProgress(kind: SnapshotKind, position: TailPosition): Promise<void> {
    return saveSnapshotProgress(this.pool, kind, position);
  }

  /** Ends the pool that it was given. A server that does not answer is not waited for. */
  close(): Promise<void> {
    return endPool(this.pool);
  }

  private async hasVersion(stream: StreamId, version: number): Promise<boolean> {
    if (version === 0) return true;
    const found = await this.readStream(stream, { fromVersion: version, toVersion: version });
    return found.length === 1;
  }
}

function conflict(cause?: unknown): EventStoreError {
  return new EventStoreError('write-conflict', 'the stream is at another version than expected', { cause });
}

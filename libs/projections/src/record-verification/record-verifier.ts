import type { MessageBatch } from '@eventfleet/kafka';
import { pipeline } from '@eventfleet/postgres';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { EventIdentity, EventSource } from '../event-source.js';
import { describeFault } from '../parking/describe-fault.js';
import { isPermanent } from '../parking/is-permanent.js';
import { isReading, type RunnableProjection } from '../projection.js';
import type { KeyStates } from '../runtime/classify-records.js';
import type { DecodedRecord } from '../runtime/decode-record.js';
import type { IsAuthentic } from '../runtime/is-authentic.js';
import { identityOf } from './identity-of.js';
import { KnownEvents } from './known-events.js';
import { refoldAggregate } from './refold-aggregate.js';
import { foreignEvents, refoldedAggregates } from './record-verification.metrics.js';

/** Keeps records that no event belongs to. Resolves once they are safe; a repeat may keep them twice. */
export type SetAside = (
  projection: string,
  batch: MessageBatch,
  records: readonly DecodedRecord[],
) => Promise<void>;

export interface RecordVerifierOptions {
  /** The store that all events of a projection's topic come from; undefined if they come from none. */
  readonly sourceOf: (projection: RunnableProjection) => EventSource | undefined;
  readonly setAside: SetAside;
  /** Whether the fleet itself wrote a record; without it, every record may be the fleet's. */
  readonly isAuthentic?: IsAuthentic;
  readonly logger: Logger;
}

/** A longer gap parks its key. */
const LONGEST_GAP = 1_000;
/** Of all gaps of a batch: the events are in memory, and its transaction waits for them. */
const MOST_FILLED = 10_000;

/** Records that were set aside while a batch was tried: the next try must not do it again. */
interface SetAsideOffsets {
  readonly batch: bigint;
  readonly offsets: Set<bigint>;
}

/**
 * Tells the events of the event store from records that it never wrote, or that it has lost. An event is its id: one
 * with the same aggregate and version is another one.
 */
export class RecordVerifier {
  private readonly knownEvents = new Map<EventSource, KnownEvents>();
  private readonly setAside = new Map<string, SetAsideOffsets>();

  constructor(private readonly options: RecordVerifierOptions) {}

  /**
   * Asks the store for all records of a batch at once, or takes what it said a moment ago.
   * @returns whether it knows them all; undefined if there is no store to ask
   */
  ask(projection: RunnableProjection, decoded: readonly DecodedRecord[]): Promise<boolean> | undefined {
    const { isAuthentic = () => true } = this.options;
    if (!decoded.every(({ record }) => isAuthentic(record))) return Promise.resolve(false);
    const source = this.options.sourceOf(projection);
    if (!source) return undefined;
    const identities = decoded.flatMap((record) => identityOf(record) ?? []);
    if (identities.length < decoded.length) return Promise.resolve(false);
    const known = this.knownEventsOf(source).areKnown(identities);
    // Whoever fails before it is awaited does not want to know.
    known.catch(() => undefined);
    return known;
  }

  private knownEventsOf(source: EventSource): KnownEvents {
    const known = this.knownEvents.get(source) ?? new KnownEvents(source);
    this.knownEvents.set(source, known);
    return known;
  }

  /**
   * Sets the records aside that the store does not know, and folds those aggregates anew whose rows stand on an event
   * that it lacks. Notes their last events in `keys`.
   * @param client in the transaction that holds the checkpoint
   * @returns the other records, with the events of the store that are missing before them
   * @throws a transient error if the store, or the dead letter topic, does not answer
   */
  async verify(
    client: pg.ClientBase,
    projection: RunnableProjection,
    batch: MessageBatch,
    decoded: readonly DecodedRecord[],
    keys: KeyStates,
  ): Promise<readonly DecodedRecord[]> {
    const { isAuthentic = () => true } = this.options;
    const source = this.options.sourceOf(projection);
    const forged = new Set(decoded.filter(({ record }) => !isAuthentic(record)));
    const authentic = decoded.filter((record) => !forged.has(record));
    if (!source) {
      await this.setRecordsAside(projection, batch, [...forged]);
      return authentic;
    }
    const identities = new Map(authentic.map((record) => [record, identityOf(record)]));
    const claimed = [...identities.values()].filter((identity) => identity !== undefined);
    const unknown = new Set<EventIdentity | undefined>(await source.findUnknown(claimed));
    const isForeign = (record: DecodedRecord) => {
      const identity = identities.get(record);
      return identity === undefined || unknown.has(identity);
    };
    await this.setRecordsAside(projection, batch, decoded.filter(isForeign));
    const genuine = decoded.filter((record) => !isForeign(record));
    await this.refold(client, projection, source, batch, await findRowsInDoubt(source, genuine, keys), keys);
    return this.fillGaps(source, genuine, keys);
  }

  /**
   * Puts the events that the store has, and that Kafka has not brought, in front of those that follow them. It has
   * brought them before, and they were set aside, if the store had lost them just then. Of a parked key nothing is put in.
   */
  private async fillGaps(
    source: EventSource,
    genuine: readonly DecodedRecord[],
    { applied, parked }: KeyStates,
  ): Promise<readonly DecodedRecord[]> {
    const versions = new Map<string, number>();
    const filled: DecodedRecord[] = [];
    let room = MOST_FILLED;
    for (const each of genuine) {
      if ('event' in each && !parked.has(each.key)) {
        const { aggregateType, aggregateId, version } = each.event;
        const before = versions.get(aggregateId) ?? applied.get(aggregateId)?.version ?? 0;
        const missing = version - 1 - before;
        if (missing > 0 && missing <= Math.min(LONGEST_GAP, room)) {
          const range = { fromVersion: before + 1, toVersion: version - 1 };
          const events = await source.readStream({ aggregateType, aggregateId }, range);
          for (const event of events) filled.push({ ...each, event, isFilled: true });
          room -= missing;
        }
        versions.set(aggregateId, Math.max(before, version));
      }
      filled.push(each);
    }
    return filled;
  }

  private async setRecordsAside(
    { name }: RunnableProjection,
    batch: MessageBatch,
    records: readonly DecodedRecord[],
  ): Promise<void> {
    const key = `${name} ${batch.identity.topicId} ${batch.partition}`;
    let done = this.setAside.get(key);
    if (done?.batch !== batch.firstOffset) done = { batch: batch.firstOffset, offsets: new Set() };
    const { offsets } = done;
    const fresh = records.filter(({ record }) => !offsets.has(record.offset));
    if (fresh.length === 0) return;
    await this.options.setAside(name, batch, fresh);
    for (const { record } of fresh) offsets.add(record.offset);
    this.setAside.set(key, done);
    foreignEvents.inc({ projection: name }, fresh.length);
    const { topic, partition } = batch;
    this.options.logger.error(
      {
        projection: name,
        topic,
        partition,
        offsets: fresh.slice(0, 20).map(({ record }) => String(record.offset)),
      },
      `${fresh.length} records set aside in the dead letter topic, as unknown to the event store, unsigned or unreadable: find out who writes to the topic`,
    );
  }

  private async refold(
    client: pg.ClientBase,
    projection: RunnableProjection,
    source: EventSource,
    { partition }: MessageBatch,
    rows: readonly EventIdentity[],
    keys: KeyStates,
  ): Promise<void> {
    const { name } = projection;
    for (const { aggregateType, aggregateId, version } of rows) {
      const where = { projection: name, partition, aggregateId, version };
      if (isReading(projection)) {
        refoldedAggregates.inc({ projection: name, outcome: 'impossible' });
        this.options.logger.error(
          where,
          'the state of a process manager was built from an event that the event store no longer has: see fleet history show',
        );
        continue;
      }
      await client.query('savepoint refold');
      try {
        const aggregate = { aggregateType, aggregateId, partition };
        keys.applied.set(aggregateId, await refoldAggregate(client, projection, source, aggregate));
        await client.query('release savepoint refold');
        refoldedAggregates.inc({ projection: name, outcome: 'done' });
        this.options.logger.warn(
          where,
          'these rows stood on an event that the event store lacks, they were folded again from the store: see fleet history show',
        );
      } catch (error) {
        if (!isPermanent(error)) throw error;
        await pipeline(client, ['rollback to savepoint refold', 'release savepoint refold']);
        refoldedAggregates.inc({ projection: name, outcome: 'failed' });
        const { code, message } = describeFault(error);
        this.options.logger.error(
          { ...where, code, reason: message },
          'these rows stand on an event that the event store lacks, and could not be folded again: rebuild the projection',
        );
      }
    }
  }
}

/** The last applied events that the store lacks, of the aggregates of which an applied version comes again. */
async function findRowsInDoubt(
  source: EventSource,
  genuine: readonly DecodedRecord[],
  { applied }: KeyStates,
): Promise<readonly EventIdentity[]> {
  const rows = new Map<string, EventIdentity>();
  for (const decoded of genuine) {
    if (!('event' in decoded)) continue;
    const { aggregateType, aggregateId, version, eventId } = decoded.event;
    const row = applied.get(aggregateId);
    if (!row?.eventId || version > row.version || eventId === row.eventId) continue;
    rows.set(aggregateId, { aggregateType, aggregateId, version: row.version, eventId: row.eventId });
  }
  if (rows.size === 0) return [];
  return source.findUnknown([...rows.values()]);
}

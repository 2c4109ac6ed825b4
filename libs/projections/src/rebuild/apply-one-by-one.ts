import { toCloudEvent, type RecordedEvent } from '@eventfleet/contracts';
import { partitionOf, type KafkaRecord, type MessageBatch, type TopicIdentity } from '@eventfleet/kafka';
import { withTransaction, type Statement } from '@eventfleet/postgres';
import { failpoint } from '@eventfleet/resilience';
import type pg from 'pg';
import { isolateFaults } from '../parking/isolate-faults.js';
import { parkRecords } from '../parking/park-records.js';
import { unparkKey } from '../parking/parked-event-statements.js';
import type { FoldingProjection } from '../projection.js';
import { contributionsOf } from '../runtime/contributions.js';
import type { DecodedRecord } from '../runtime/decode-record.js';
import { readVersions, saveVersions, type VersionRow } from '../runtime/projection-statements.js';
import { revealRecords } from '../runtime/reveal-records.js';
import type { RebuildContext, StreamSource } from './rebuild-context.js';

const CHUNK_SIZE = 1_000;
/** Stands for the offset of an event that came from the event store, if it is parked. */
const NO_OFFSET = -1n;

export interface OneByOneOptions {
  readonly projection: FoldingProjection;
  readonly source: StreamSource;
  readonly encryption?: RebuildContext['encryption'];
  /** On the schema of the new generation. */
  readonly pool: pg.Pool;
  readonly topic: string;
  readonly identity: TopicIdentity;
  readonly signal: AbortSignal;
}

/**
 * Applies the streams that were deferred, as they are too long for a page, or some of their events cannot be applied.
 * Such an event is parked with the later ones of its stream, as the live projection would do.
 */
export async function applyOneByOne(options: OneByOneOptions): Promise<void> {
  const { pool, signal } = options;
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await pool.query<{ id: string }>(
      `select aggregate_id as id from deferred_streams limit 1`,
    );
    const id = rows[0]?.id;
    if (id === undefined) return;
    await applyStream(options, id);
    failpoint('between deferred stream and progress');
    await pool.query(`delete from deferred_streams where aggregate_id = $1`, [id]);
  }
}

async function applyStream(options: OneByOneOptions, id: string): Promise<void> {
  const { projection, source, encryption, pool, signal } = options;
  // Left over from a process that came to its end within this stream: its events are parked again.
  await withTransaction(pool, async (client) => {
    await client.query(`delete from parked_events where projection = $1 and key = $2`, [projection.name, id]);
    await client.query(unparkKey(projection.name, id));
  });
  const { rows } = await pool.query<VersionRow>(readVersions(projection.name, [id]));
  let next = (rows[0]?.version ?? 0) + 1;
  for (;;) {
    signal.throwIfAborted();
    const stream = { aggregateType: projection.aggregateType, aggregateId: id };
    const range = { fromVersion: next, toVersion: next + CHUNK_SIZE - 1 };
    const events = await (encryption?.stored ?? source).readStream(stream, range);
    if (events.length === 0) return;
    next = await applyChunk(options, id, events);
  }
}

/** @returns the first version that is neither applied nor parked */
async function applyChunk(
  { projection, encryption, pool, topic, identity }: OneByOneOptions,
  id: string,
  events: readonly RecordedEvent[],
): Promise<number> {
  const { name } = projection;
  const stored = events.map(toDecoded);
  const decoded = encryption ? await revealRecords(name, stored, encryption.reveal) : stored;
  const partition = partitionOf(id, identity.partitions);
  return withTransaction(pool, async (client) => {
    const { rows } = await client.query<VersionRow>(readVersions(name, [id]));
    const keys = {
      applied: new Map(rows.map(({ version, event_id: eventId }) => [id, { version, eventId }])),
      parked: new Set(rows.flatMap(({ parked }) => (parked ? [id] : []))),
    };
    const batch = batchOf(decoded, { topic, partition, identity });
    const isolated = await isolateFaults(client, projection, batch, decoded, keys);
    const { applied, parked, nextOffset } = isolated;
    const statements: Statement[] = [];
    if (applied.size > 0) {
      statements.push(saveVersions(name, applied, contributionsOf(projection, isolated.events)));
    }
    if (parked.length > 0) {
      const withoutOffset = parked.map((each) => ({
        ...each,
        record: { ...each.record, offset: NO_OFFSET },
      }));
      statements.push(...parkRecords({ projection: name, topic, partition }, withoutOffset, 1));
    }
    for (const statement of statements) await client.query(statement);
    return Number(nextOffset);
  });
}

/** As the relay publishes it, with its version in the place of its offset. */
function toDecoded(event: RecordedEvent): DecodedRecord & { readonly record: KafkaRecord } {
  const { key, value, headers } = toCloudEvent(event);
  const record = {
    key: Buffer.from(key),
    value: Buffer.from(value),
    headers,
    offset: BigInt(event.version),
    timestamp: Date.parse(event.occurredAt),
  };
  return { record, key, event };
}

function batchOf(
  decoded: readonly DecodedRecord[],
  place: Pick<MessageBatch, 'topic' | 'partition' | 'identity'>,
): MessageBatch {
  const messages = decoded.map(({ record }) => record);
  const lastOffset = messages.at(-1)?.offset ?? 0n;
  return {
    ...place,
    messages,
    firstOffset: messages[0]?.offset ?? 0n,
    lastOffset,
    highWatermark: lastOffset + 1n,
  };
}

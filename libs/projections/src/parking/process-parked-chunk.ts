import type pg from 'pg';
import type { RecordedEvent } from '@eventfleet/contracts';
import { pipeline } from '@eventfleet/postgres';
import type { RevealEvents } from '../event-source.js';
import type { RunnableProjection } from '../projection.js';
import { contributionsOf } from '../runtime/contributions.js';
import { decodeRecord, type DecodedRecord } from '../runtime/decode-record.js';
import {
  lockCheckpoint,
  saveVersions,
  type PartitionOfProjection,
} from '../runtime/projection-statements.js';
import { isAggregateId } from '../runtime/record-key.js';
import { revealRecords } from '../runtime/reveal-records.js';
import { applyByBisection } from './apply-by-bisection.js';
import { describeFault, type Fault } from './describe-fault.js';
import {
  deleteParkedEvents,
  lockVersion,
  lockParkedEvents,
  unparkKey,
  updateFirstParkedEvent,
  type KeyRow,
  type ParkedRow,
} from './parked-event-statements.js';
import { toRecord } from './parked-record.js';
import { planParkedChunk, type End, type MissingEvents, type Step } from './plan-parked-chunk.js';

const CHUNK_BYTES = 4 * 1024 * 1024;
const LONGEST_MS = 2_000;

/** A key with parked events, and the partition that its first one came through. */
export interface ParkedKey extends PartitionOfProjection {
  readonly key: string;
}

export interface ParkedChunkOptions {
  readonly projection: RunnableProjection;
  readonly parked: ParkedKey;
  /** At most so many events. */
  readonly size: number;
  /** Those of the missing events that were found; undefined before anybody looked for them. */
  readonly found: readonly RecordedEvent[] | undefined;
  /** Undefined if the data of records is never encrypted. */
  readonly reveal?: RevealEvents | undefined;
}

export interface ParkedChunkResult {
  readonly applied: number;
  /** Parked events that are gone, repeats and discarded ones too. */
  readonly removed: number;
  /** Why the next event of the key cannot be applied. */
  readonly fault?: Fault | undefined;
  /** What to look for before the next event can be applied. */
  readonly missing?: MissingEvents | undefined;
}

/** The first parked events of a key, and what of its aggregate is applied, both locked until the transaction ends. */
export interface LockedChunk {
  readonly rows: readonly ParkedRow[];
  /** 0 if none of its events is applied. */
  readonly version: number;
}

/**
 * Processes the first parked events of a marked key, in one transaction under its partition's checkpoint. Leaves out the
 * first event if it is marked for discard, applies the others until one fails, and deletes what is done. Unparks the key
 * when none is left. An event that fails becomes the first, with its error and no mark. A key without a mark is left
 * alone. If the result names missing events, look for them in the event store, and run it again with those that were found.
 * @throws a transient failure; the caller rolls back, nothing has changed then
 */
export async function processParkedChunk(
  client: pg.ClientBase,
  options: ParkedChunkOptions,
): Promise<ParkedChunkResult> {
  const locked = await lockParkedChunk(client, options);
  if (!locked.rows[0]?.mark) {
    await client.query('rollback');
    return { applied: 0, removed: 0 };
  }
  const result = await applyParkedChunk(client, options, locked);
  await client.query('commit');
  return result;
}

/** Begins the transaction of a chunk, under its partition's checkpoint. */
export async function lockParkedChunk(
  client: pg.ClientBase,
  { projection: { name }, parked, size }: ParkedChunkOptions,
): Promise<LockedChunk> {
  const [, , keys, locked] = await pipeline(client, [
    'begin',
    lockCheckpoint(parked),
    lockVersion(name, parked.key),
    lockParkedEvents(name, parked.key, { events: size, bytes: CHUNK_BYTES }),
    'set constraints all immediate',
  ]);
  return {
    rows: (locked?.rows ?? []) as ParkedRow[],
    version: ((keys?.rows ?? []) as KeyRow[])[0]?.version ?? 0,
  };
}

/** Does what the mark of the first row says, within the transaction that has locked the chunk. Ends nothing. */
export async function applyParkedChunk(
  client: pg.ClientBase,
  options: ParkedChunkOptions,
  { rows, version }: LockedChunk,
): Promise<ParkedChunkResult> {
  const { projection, parked, size, found } = options;
  const decoded = await decodeRows(options, rows);
  const planned = { projection: projection.name, key: parked.key, size, found };
  const { steps, end: plannedEnd } = planParkedChunk(planned, rows, decoded, version);
  const { end, applied } = await applySteps(client, options, steps, plannedEnd);
  const last = steps.filter(({ row, event }) => (event ? applied.has(event) : row < end.row)).at(-1);
  if (last && isAggregateId(parked.key)) {
    const contributions = contributionsOf(projection, applied);
    await client.query(saveVersions(projection.name, new Map([[parked.key, last]]), contributions));
  }
  const fault = end.error === undefined ? undefined : describeFault(end.error);
  await removeProcessed(client, parked, rows, end.row, fault);
  return { applied: applied.size, removed: end.row, fault, missing: end.missing };
}

async function decodeRows(
  { projection: { name }, reveal }: ParkedChunkOptions,
  rows: readonly ParkedRow[],
): Promise<readonly DecodedRecord[]> {
  const decoded = rows.map((row) => decodeRecord(name, row.partition, toRecord(row).record));
  return reveal ? revealRecords(name, decoded, reveal) : decoded;
}

async function applySteps(
  client: pg.ClientBase,
  { projection, parked }: ParkedChunkOptions,
  steps: readonly Step[],
  planned: End,
): Promise<{ end: End; applied: ReadonlySet<RecordedEvent> }> {
  const rowOf = new Map(steps.flatMap(({ event, row }) => (event ? [[event, row]] : [])));
  const applied = new Set<RecordedEvent>();
  const deadline = performance.now() + LONGEST_MS;
  let failed: End | undefined;
  const firstLeft = await applyByBisection(client, [...rowOf.keys()], {
    projection,
    partition: parked.partition,
    isSkipped: () => failed !== undefined,
    isTimeUp: () => performance.now() > deadline,
    onApplied: (events) => events.forEach((event) => applied.add(event)),
    onFailed: (event, error) => (failed = { row: rowOf.get(event)!, error }),
  });
  if (failed) return { end: failed, applied };
  return { end: firstLeft ? { row: rowOf.get(firstLeft)! } : planned, applied };
}

/** Deletes the rows before `end`, and updates the one that is the first then. Unparks the key if there is none. */
async function removeProcessed(
  client: pg.ClientBase,
  { projection, key }: ParkedKey,
  rows: readonly ParkedRow[],
  end: number,
  fault: Fault | undefined,
): Promise<void> {
  const last = rows[end - 1];
  if (last) await client.query(deleteParkedEvents(projection, key, last.sequence));
  // The first event is still parked, and is to be tried again: it keeps its mark.
  else if (!fault) return;
  const attempts = fault ? (end === 0 ? rows[0]!.attempts : 0) + 1 : 0;
  const state = { fault, attempts, mark: fault ? undefined : ('retry' as const) };
  const updated = await client.query(updateFirstParkedEvent(projection, key, state));
  if (updated.rowCount === 0 && isAggregateId(key)) await client.query(unparkKey(projection, key));
}

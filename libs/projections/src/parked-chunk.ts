import type pg from 'pg';
import type { RecordedEvent } from '@eventfleet/contracts';
import { pipeline } from '@eventfleet/postgres';
import { applyByBisection } from './apply-by-bisection.js';
import { decodeRecord } from './decode-record.js';
import { describeFault, type Fault } from './describe-fault.js';
import { ProjectionError } from './projection.errors.js';
import { toRecord, type RecordRow } from './parked-record.js';
import {
  deleteParked,
  lockKey,
  noteOnFirst,
  readParked,
  unpark,
  type KeyRow,
  type ParkingMark,
} from './parking-statements.js';
import { lockCheckpoint, saveVersions, type PartitionOfProjection } from './projection-statements.js';
import type { RunnableProjection } from './projection.js';
import { isAggregateId } from './record-key.js';

const PORTION_BYTES = 4 * 1024 * 1024;
const LONGEST_MS = 2_000;

/** A key of which events wait, and the partition that its first one came through. */
export interface ParkedKey extends PartitionOfProjection {
  readonly key: string;
}

/** Events of an aggregate that never arrived, though later ones have: from this version to that, both included. */
export interface MissingEvents {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly fromVersion: number;
  readonly toVersion: number;
}

export interface ParkedChunkOptions {
  readonly projection: RunnableProjection;
  readonly parked: ParkedKey;
  /** At most so many events. */
  readonly size: number;
  /** What was found of the missing events; undefined before anybody looked. */
  readonly supplied: readonly RecordedEvent[] | undefined;
}

export interface ParkedChunkResult {
  readonly applied: number;
  /** Rows that are gone from the line, repeats and discarded ones too. */
  readonly settled: number;
  /** Why the key's line has stopped. */
  readonly fault?: Fault | undefined;
  /** What to look for before the line can go on. */
  readonly missing?: MissingEvents | undefined;
}

interface ParkedRow extends RecordRow {
  readonly sequence: string;
  readonly partition: number;
  readonly error_code: string | null;
  readonly attempts: number;
  readonly mark: ParkingMark | null;
}

/** Where a line stops: at this row, for this reason, or only for now. */
interface Halt {
  readonly row: number;
  readonly error?: unknown;
  readonly missing?: MissingEvents;
}

/** A version to take: with the event's effect, or without it where the event is discarded. */
interface Step {
  readonly row: number;
  readonly version: number;
  readonly event?: RecordedEvent;
}

/**
 * Works off the first events of a marked key, in one transaction under its partition's checkpoint: takes the first out
 * where it is to be discarded, applies the rest as far as they go, deletes what is done, and unparks the key when
 * nothing is left. The event that does not go becomes the first, with its error and no mark. A key without a mark is
 * left alone.
 * @throws a transient failure; nothing has changed then
 */
export async function processParkedChunk(
  client: pg.ClientBase,
  options: ParkedChunkOptions,
): Promise<ParkedChunkResult> {
  const { projection, parked, size } = options;
  const { name } = projection;
  const [, , keys, waiting] = await pipeline(client, [
    'begin',
    lockCheckpoint(parked),
    lockKey(name, parked.key),
    readParked(name, parked.key, { events: size, bytes: PORTION_BYTES }),
    'set constraints all immediate',
  ]);
  const rows = (waiting?.rows ?? []) as ParkedRow[];
  if (!rows[0]?.mark) {
    await client.query('rollback');
    return { applied: 0, settled: 0 };
  }
  const version = ((keys?.rows ?? []) as KeyRow[])[0]?.version ?? 0;
  const { steps, halt: planned } = plan(options, rows, version);
  const { halt, applied } = await run(client, options, steps, planned);
  const last = steps.filter(({ row, event }) => (event ? applied.has(event) : row < halt.row)).at(-1);
  if (last && isAggregateId(parked.key)) {
    await client.query(saveVersions(name, new Map([[parked.key, last.version]])));
  }
  const fault = halt.error === undefined ? undefined : describeFault(halt.error);
  await settle(client, parked, rows, halt.row, fault);
  await client.query('commit');
  return { applied: applied.size, settled: halt.row, fault, missing: halt.missing };
}

/** What the rows come to, as far as memory can tell. */
function plan(
  { projection, parked, size, supplied }: ParkedChunkOptions,
  rows: readonly ParkedRow[],
  applied: number,
): { steps: Step[]; halt: Halt } {
  const steps: Step[] = [];
  const found = new Map(supplied?.map((event) => [event.version, event]));
  let version = applied;
  for (const [row, stored] of rows.entries()) {
    const isDiscarded = row === 0 && stored.mark === 'discard';
    const received = decodeRecord(projection.name, stored.partition, toRecord(stored).record);
    if ('fault' in received) {
      if (isDiscarded) continue;
      return { steps, halt: { row, error: received.fault } };
    }
    const { event } = received;
    if (event.version <= version) continue;
    for (
      let next = found.get(version + 1);
      next && version + 1 < event.version;
      next = found.get(version + 1)
    ) {
      version++;
      steps.push({ row, version, event: next });
    }
    if (event.version > version + 1) {
      const missing = missingBefore(event, version, size);
      if (supplied === undefined) return { steps, halt: { row, missing } };
      // As many as were asked for: more may be had.
      if (supplied.length >= size) return { steps, halt: { row } };
      // Its version proves nothing where the ones before it are nowhere: taking it could swallow true events.
      if (isDiscarded) continue;
      const message = `version ${event.version} of ${parked.key} follows version ${version}`;
      return { steps, halt: { row, error: new ProjectionError('version-gap', projection.name, message) } };
    }
    version = event.version;
    steps.push({ row, version, ...(isDiscarded ? {} : { event }) });
  }
  return { steps, halt: { row: rows.length } };
}

function missingBefore(event: RecordedEvent, applied: number, most: number): MissingEvents {
  const { aggregateType, aggregateId, version } = event;
  return {
    aggregateType,
    aggregateId,
    fromVersion: applied + 1,
    toVersion: Math.min(version - 1, applied + most),
  };
}

async function run(
  client: pg.ClientBase,
  { projection, parked }: ParkedChunkOptions,
  steps: readonly Step[],
  planned: Halt,
): Promise<{ halt: Halt; applied: ReadonlySet<RecordedEvent> }> {
  const rowOf = new Map(steps.flatMap(({ event, row }) => (event ? [[event, row]] : [])));
  const applied = new Set<RecordedEvent>();
  const deadline = performance.now() + LONGEST_MS;
  let refused: Halt | undefined;
  const unsettled = await applyByBisection(client, [...rowOf.keys()], {
    projection,
    partition: parked.partition,
    isLeftOut: () => refused !== undefined,
    isTimeUp: () => performance.now() > deadline,
    applied: (events) => events.forEach((event) => applied.add(event)),
    refused: (event, error) => (refused = { row: rowOf.get(event)!, error }),
  });
  if (refused) return { halt: refused, applied };
  return { halt: unsettled ? { row: rowOf.get(unsettled)! } : planned, applied };
}

/** Deletes the rows before `row`, and leaves a note on the one that is the first then. */
async function settle(
  client: pg.ClientBase,
  { projection, key }: ParkedKey,
  rows: readonly ParkedRow[],
  row: number,
  fault: Fault | undefined,
): Promise<void> {
  const done = rows[row - 1];
  if (done) await client.query(deleteParked(projection, key, done.sequence));
  // The first one is still there, and is to be gone on with: it keeps its mark.
  else if (!fault) return;
  const attempts = fault ? (row === 0 ? rows[0]!.attempts : 0) + 1 : 0;
  const note = { fault, attempts, mark: fault ? undefined : ('retry' as const) };
  const noted = await client.query(noteOnFirst(projection, key, note));
  if (noted.rowCount === 0 && isAggregateId(key)) await client.query(unpark(projection, key));
}

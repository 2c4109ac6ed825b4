import {
  TAIL_START,
  comparePositions,
  type EventReference,
  type TailPosition,
} from '@eventfleet/event-store';
import type { VisitRecord } from '@eventfleet/kafka';
import type { ReadReference } from './record-reference.js';

/** Finds the tail positions of events by their ids; events of other stores are left out. */
export type LocateEvents = (
  references: readonly EventReference[],
) => Promise<ReadonlyMap<string, TailPosition>>;

export interface PublishedPositionsQuery {
  /** The log end offset of each partition now, and at the checkpoint. */
  readonly endOffsets: readonly bigint[];
  readonly savedOffsets: readonly bigint[];
  /** The offset to which a partition was seen to be truncated since then. */
  readonly truncatedTo: (partition: number) => bigint | undefined;
  /** The published position of a partition at the checkpoint: everything up to it was there, and nothing after it. */
  readonly savedPosition: (partition: number) => TailPosition;
  readonly visitLogTail: (from: ReadonlyMap<number, bigint>, visit: VisitRecord) => Promise<void>;
  /** A foreign record says nothing about what is published. */
  readonly readReference: ReadReference;
  readonly locate: LocateEvents;
}

/** Enough to hold one of our events, even if repeats or foreign records stand at a log's end. */
const LOOK_BACK = 1_000n;

/**
 * The published position of each partition: its log holds everything up to there. By what the log looks like:
 * - It ends at the saved offset: the saved position.
 * - It goes on behind the saved offset: the newest event there.
 * - It is shorter (Kafka lost its tail): the last event that is left.
 * - It lost its tail and has grown again, so that an event from after the checkpoint stands below the saved offset: the
 *   last event before that one.
 * The log is searched no further back than the last 1,000 records: a position that is too low costs repeats, never a
 * hole.
 */
export async function findPublishedPositions(
  query: PublishedPositionsQuery,
): Promise<Map<number, TailPosition>> {
  const { endOffsets, savedOffsets, truncatedTo, savedPosition } = query;
  const from = new Map<number, bigint>();
  const truncations = new Map<number, bigint>();
  endOffsets.forEach((end, partition) => {
    const saved = savedOffsets[partition]!;
    const truncation = truncatedTo(partition) ?? (end < saved ? end : undefined);
    const lookBack = atLeastZero((truncation ?? end) - LOOK_BACK);
    if (truncation !== undefined) truncations.set(partition, truncation);
    // The last record from before the checkpoint shows whether the log is still the same.
    const start = truncation === undefined ? larger(lookBack, atLeastZero(saved - 1n)) : lookBack;
    if (start < end) from.set(partition, start);
  });

  const positions = new Map(
    endOffsets.map((_, partition): [number, TailPosition] => [
      partition,
      truncations.has(partition) ? TAIL_START : savedPosition(partition),
    ]),
  );
  const found = await locateRecords(query, from);
  const grownAgain = new Map<number, bigint>();
  for (const [partition, events] of found) {
    const saved = savedOffsets[partition]!;
    const truncation = truncations.get(partition);
    for (const { offset, position } of events) {
      if (truncation !== undefined && offset >= truncation) break;
      if (offset < saved && comparePositions(position, savedPosition(partition)) > 0) {
        if (truncation === undefined) grownAgain.set(partition, offset);
        break;
      }
      // After an earlier loss newer events may stand in front of older ones: only the last one shows what is left.
      positions.set(
        partition,
        truncation === undefined ? newer(positions.get(partition)!, position) : position,
      );
    }
  }
  if (grownAgain.size === 0) return positions;
  return findPublishedPositions({
    ...query,
    truncatedTo: (partition) => grownAgain.get(partition) ?? truncatedTo(partition),
  });
}

interface ReferencedRecord {
  readonly offset: bigint;
  readonly reference: EventReference;
}

interface LocatedRecord {
  readonly offset: bigint;
  readonly position: TailPosition;
}

/** Our events among the records, by ascending offset. The records themselves are not kept: anybody may write large ones. */
async function locateRecords(
  { visitLogTail, readReference, locate }: PublishedPositionsQuery,
  from: ReadonlyMap<number, bigint>,
): Promise<Map<number, LocatedRecord[]>> {
  if (from.size === 0) return new Map();
  const tails = new Map([...from.keys()].map((partition): [number, ReferencedRecord[]] => [partition, []]));
  await visitLogTail(from, (record, partition) => {
    const reference = readReference(record);
    if (reference) tails.get(partition)?.push({ offset: record.offset, reference });
  });
  const positions = await locate([...tails.values()].flat().map(({ reference }) => reference));
  return new Map(
    [...tails].map(([partition, ours]) => [
      partition,
      ours.flatMap(({ offset, reference }) => {
        const position = positions.get(reference.eventId);
        return position ? { offset, position } : [];
      }),
    ]),
  );
}

function newer(a: TailPosition, b: TailPosition): TailPosition {
  return comparePositions(b, a) > 0 ? b : a;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function atLeastZero(offset: bigint): bigint {
  return larger(offset, 0n);
}

import {
  TAIL_START,
  comparePositions,
  type EventReference,
  type TailPosition,
} from '@eventfleet/event-store';
import type { KafkaRecord } from '@eventfleet/kafka';
import type { ReadReference } from './record-reference.js';

/** Finds the tail positions of events by their ids; events of other stores are left out. */
export type LocateEvents = (
  references: readonly EventReference[],
) => Promise<ReadonlyMap<string, TailPosition>>;

export interface PublishedPositionsQuery {
  /** Where each partition ends now, and where it ended at the checkpoint. */
  readonly ends: readonly bigint[];
  readonly savedNext: readonly bigint[];
  /** Where a partition was seen to be cut behind the relay's back. */
  readonly cutTo: (partition: number) => bigint | undefined;
  /** The position up to which a partition held everything at the checkpoint, and nothing behind it. */
  readonly published: (partition: number) => TailPosition;
  readonly readTail: (from: ReadonlyMap<number, bigint>) => Promise<ReadonlyMap<number, KafkaRecord[]>>;
  /** A record that is none of ours says nothing about what is published. */
  readonly readReference: ReadReference;
  readonly locate: LocateEvents;
}

/** Enough to hold one of our events even where repeats or foreign records stand at a log's end. */
const LOOK_BACK = 1_000n;

/**
 * For each partition, the position up to which its log holds everything. A log that ends where the checkpoint left
 * it: the checkpoint. One that goes further: the newest event behind the checkpoint. One that is shorter (Kafka
 * lost its tail): the last event that is left. One that lost its tail and has grown again shows an event of after the
 * checkpoint where one of before it was: the last event below that. The log is searched no further back than the
 * last 1,000 records; a lower floor than the true one costs repeats, never a hole.
 */
export async function findPublishedPositions(
  question: PublishedPositionsQuery,
): Promise<Map<number, TailPosition>> {
  const { ends, savedNext, cutTo, published } = question;
  const from = new Map<number, bigint>();
  const cuts = new Map<number, bigint>();
  ends.forEach((end, partition) => {
    const saved = savedNext[partition]!;
    const cut = cutTo(partition) ?? (end < saved ? end : undefined);
    const lookBack = atLeastZero((cut ?? end) - LOOK_BACK);
    if (cut !== undefined) cuts.set(partition, cut);
    // The last record of before the checkpoint tells whether the log is still the one of then.
    const start = cut === undefined ? larger(lookBack, atLeastZero(saved - 1n)) : lookBack;
    if (start < end) from.set(partition, start);
  });

  const floors = new Map(
    ends.map((_, partition): [number, TailPosition] => [
      partition,
      cuts.has(partition) ? TAIL_START : published(partition),
    ]),
  );
  const found = await locateRecords(question, from);
  const grownAgain = new Map<number, bigint>();
  for (const [partition, events] of found) {
    const saved = savedNext[partition]!;
    const cut = cuts.get(partition);
    for (const { offset, position } of events) {
      if (cut !== undefined && offset >= cut) break;
      if (offset < saved && comparePositions(position, published(partition)) > 0) {
        if (cut === undefined) grownAgain.set(partition, offset);
        break;
      }
      // Where a tail was lost before, newer events may stand in front of it: only the last one tells what is left.
      floors.set(partition, cut === undefined ? newer(floors.get(partition)!, position) : position);
    }
  }
  if (grownAgain.size === 0) return floors;
  return findPublishedPositions({
    ...question,
    cutTo: (partition) => grownAgain.get(partition) ?? cutTo(partition),
  });
}

interface LocatedRecord {
  readonly offset: bigint;
  readonly position: TailPosition;
}

/** Our events among the records, by ascending offset. */
async function locateRecords(
  { readTail, readReference, locate }: PublishedPositionsQuery,
  from: ReadonlyMap<number, bigint>,
): Promise<Map<number, LocatedRecord[]>> {
  if (from.size === 0) return new Map();
  const tails = [...(await readTail(from))].map(([partition, records]) => {
    const ours = records.flatMap((record) => {
      const reference = readReference(record);
      return reference ? { offset: record.offset, reference } : [];
    });
    return [partition, ours] as const;
  });
  const positions = await locate(tails.flatMap(([, ours]) => ours.map(({ reference }) => reference)));
  return new Map(
    tails.map(([partition, ours]) => [
      partition,
      ours.flatMap(({ offset, reference }) => {
        const position = positions.get(reference.eventId);
        return position ? { offset, position } : [];
      }),
    ]),
  );
}

function newer(floor: TailPosition, found: TailPosition): TailPosition {
  return comparePositions(found, floor) > 0 ? found : floor;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

function atLeastZero(offset: bigint): bigint {
  return larger(offset, 0n);
}

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

export interface FloorQuestion {
  /** Where each partition ends now, and where it ended at the checkpoint. */
  readonly ends: readonly bigint[];
  readonly savedNext: readonly bigint[];
  /** Where a partition was seen to be cut behind the relay's back. */
  readonly cutTo: (partition: number) => bigint | undefined;
  /** The position of the checkpoint. */
  readonly published: TailPosition;
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
 * lost its tail): the newest event that is left. The log is searched no further back than the last 1,000 records;
 * a lower floor than the true one costs repeats, never a hole.
 */
export async function findFloors(question: FloorQuestion): Promise<Map<number, TailPosition>> {
  const { ends, savedNext, cutTo, published } = question;
  const from = new Map<number, bigint>();
  const until = new Map<number, bigint>();
  ends.forEach((end, partition) => {
    const cut = cutTo(partition);
    const isCut = cut !== undefined || end < savedNext[partition]!;
    const last = cut ?? end;
    const lookBack = last > LOOK_BACK ? last - LOOK_BACK : 0n;
    if (!isCut && end === savedNext[partition]) return;
    from.set(partition, isCut || savedNext[partition]! < lookBack ? lookBack : savedNext[partition]!);
    if (isCut) until.set(partition, last);
  });

  const floors = new Map(ends.map((_, partition): [number, TailPosition] => [partition, published]));
  if (from.size === 0) return floors;
  const tails = await question.readTail(from);
  const events = new Map<number, EventReference[]>();
  for (const partition of from.keys()) {
    const limit = until.get(partition);
    const records = (tails.get(partition) ?? []).filter(
      ({ offset }) => limit === undefined || offset < limit,
    );
    events.set(
      partition,
      records.flatMap((record) => question.readReference(record) ?? []),
    );
  }
  const positions = await question.locate([...events.values()].flat());
  for (const [partition, found] of events) {
    const start = until.has(partition) ? TAIL_START : published;
    floors.set(
      partition,
      found.reduce((floor, { eventId }) => newer(floor, positions.get(eventId)), start),
    );
  }
  return floors;
}

function newer(floor: TailPosition, found: TailPosition | undefined): TailPosition {
  return found && comparePositions(found, floor) > 0 ? found : floor;
}

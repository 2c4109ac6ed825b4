import type { TailBlocker } from '@eventfleet/event-store';
import type { RelayStatus } from '@eventfleet/outbox-relay';
import type { ParkedTotals, ProjectionCheckpoint } from '@eventfleet/projections';
import type { Part } from '@eventfleet/resilience';

export interface TopicStatus {
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
}

export interface PartitionStatus {
  /** Full name. */
  readonly topic: string;
  readonly partition: number;
  /** The offset from which it goes on. */
  readonly applied: number;
  /** Records behind the end of the partition. */
  readonly lag: number;
}

export interface ProjectionStatus {
  readonly projection: string;
  readonly applied: number;
  /** Records behind the end of the topic. */
  readonly lag: number;
  /** Those that it has touched. */
  readonly partitions: readonly PartitionStatus[];
  /** What waits because an event cannot be applied. */
  readonly parked: ParkedTotals;
}

export interface ProcessManagerStatus extends ProjectionStatus {
  /** Instances that have not ended, and timers that are due and have not fired: counted up to 1,000,000. */
  readonly instances: number;
  readonly timersDue: number;
}

export interface FleetStatus {
  readonly eventStore: Part<{
    readonly relays: readonly RelayStatus[];
    /** What holds back every event that was stored after it; null if nothing does. */
    readonly tailBlocker: TailBlocker | null;
  }>;
  readonly processManagers: Part<{ readonly processManagers: readonly ProcessManagerStatus[] }>;
  readonly kafka: Part<{ readonly clusterId: string; readonly topics: readonly TopicStatus[] }>;
  readonly readStore: Part<{ readonly projections: readonly ProjectionStatus[] }>;
}

/** Where each topic ends, by full name and partition. */
export type EndOffsets = ReadonlyMap<string, ReadonlyMap<number, bigint>>;

/** Sums checkpoints up over topics and partitions. A partition that no projection has touched counts whole. */
export function projectionStatus(
  checkpoints: readonly ProjectionCheckpoint[],
  ends: EndOffsets,
  parked: ReadonlyMap<string, ParkedTotals>,
): ProjectionStatus[] {
  const byProjection = Map.groupBy(checkpoints, ({ projection }) => projection);
  return [...byProjection].map(([projection, own]) => {
    const applied = own.reduce((sum, { nextOffset }) => sum + Number(nextOffset), 0);
    const topics = [...new Set(own.map(({ topic }) => topic))];
    const end = topics.reduce((sum, topic) => sum + endOf(ends.get(topic)), 0);
    return {
      projection,
      applied,
      lag: Math.max(0, end - applied),
      partitions: own.map((checkpoint) => partitionStatus(checkpoint, ends)),
      parked: parked.get(projection) ?? { keys: 0, events: 0 },
    };
  });
}

function partitionStatus(
  { topic, partition, nextOffset }: ProjectionCheckpoint,
  ends: EndOffsets,
): PartitionStatus {
  const end = ends.get(topic)?.get(partition) ?? nextOffset;
  return { topic, partition, applied: Number(nextOffset), lag: Math.max(0, Number(end - nextOffset)) };
}

function endOf(ends: ReadonlyMap<number, bigint> = new Map()): number {
  return Number([...ends.values()].reduce((sum, offset) => sum + offset, 0n));
}

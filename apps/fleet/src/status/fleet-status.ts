import type { ParkedTotals, ProjectionCheckpoint } from '@eventfleet/projections';
import type { RelayStatus } from '@eventfleet/outbox-relay';
import type { Part } from '@eventfleet/resilience';

export interface TopicStatus {
  readonly topic: string;
  readonly partitions: number;
  readonly records: number;
}

export interface ProjectionStatus {
  readonly projection: string;
  readonly applied: number;
  /** Records behind the end of the topic. */
  readonly lag: number;
  /** What waits because an event cannot be applied. */
  readonly parked: ParkedTotals;
}

export interface ProcessManagerStatus extends ProjectionStatus {
  /** Instances that have not ended, and timers that are due and have not fired: counted up to 1,000,000. */
  readonly instances: number;
  readonly timersDue: number;
}

export interface FleetStatus {
  readonly eventStore: Part<{ readonly relays: readonly RelayStatus[] }>;
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
  const followed = new Map<string, { applied: number; topics: Set<string> }>();
  for (const { projection, topic, nextOffset } of checkpoints) {
    const found = followed.get(projection) ?? { applied: 0, topics: new Set<string>() };
    found.applied += Number(nextOffset);
    found.topics.add(topic);
    followed.set(projection, found);
  }
  return [...followed].map(([projection, { applied, topics }]) => ({
    projection,
    applied,
    lag: Math.max(0, [...topics].reduce((sum, topic) => sum + endOf(ends.get(topic)), 0) - applied),
    parked: parked.get(projection) ?? { keys: 0, events: 0 },
  }));
}

function endOf(ends: ReadonlyMap<number, bigint> = new Map()): number {
  return Number([...ends.values()].reduce((sum, offset) => sum + offset, 0n));
}

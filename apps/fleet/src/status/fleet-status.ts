import type { ParkedTotals, ProjectionCheckpoint } from '@eventfleet/projections';
import type { RelayStatus } from '@eventfleet/outbox-relay';

/** A part that was asked, or why it did not answer. */
export type Part<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

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

export interface FleetStatus {
  readonly eventStore: Part<{ readonly relays: readonly RelayStatus[] }>;
  readonly kafka: Part<{ readonly clusterId: string; readonly topics: readonly TopicStatus[] }>;
  readonly readStore: Part<{ readonly projections: readonly ProjectionStatus[] }>;
}

/** Sums checkpoints up over partitions. A partition that no projection has touched counts whole. */
export function projectionStatus(
  checkpoints: readonly ProjectionCheckpoint[],
  ends: ReadonlyMap<number, bigint>,
  parked: ReadonlyMap<string, ParkedTotals>,
): ProjectionStatus[] {
  const end = Number([...ends.values()].reduce((sum, offset) => sum + offset, 0n));
  const applied = new Map<string, number>();
  for (const { projection, nextOffset } of checkpoints) {
    applied.set(projection, (applied.get(projection) ?? 0) + Number(nextOffset));
  }
  return [...applied].map(([projection, count]) => ({
    projection,
    applied: count,
    lag: Math.max(0, end - count),
    parked: parked.get(projection) ?? { keys: 0, events: 0 },
  }));
}

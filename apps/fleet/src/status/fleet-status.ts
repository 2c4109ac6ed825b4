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

/**
 * Sums checkpoints up over partitions. A partition that no projection has touched counts whole.
 * @param ends the ends of a topic's partitions, summed up
 */
export function projectionStatus(
  checkpoints: readonly ProjectionCheckpoint[],
  ends: ReadonlyMap<string, number>,
  parked: ReadonlyMap<string, ParkedTotals>,
): ProjectionStatus[] {
  const done = new Map<string, { topic: string; applied: number }>();
  for (const { projection, topic, nextOffset } of checkpoints) {
    const applied = (done.get(projection)?.applied ?? 0) + Number(nextOffset);
    done.set(projection, { topic, applied });
  }
  return [...done].map(([projection, { topic, applied }]) => ({
    projection,
    applied,
    lag: Math.max(0, (ends.get(topic) ?? 0) - applied),
    parked: parked.get(projection) ?? { keys: 0, events: 0 },
  }));
}

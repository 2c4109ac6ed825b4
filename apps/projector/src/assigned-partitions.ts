import type { KafkaSettings } from '@eventfleet/config';
import { withPrefix, type ConsumerHealth } from '@eventfleet/kafka';
import type { PartitionOfProjection, RunnableProjection } from '@eventfleet/projections';

/** The partitions that this process consumes at the moment, by projection: its name is its group's. */
export function assignedPartitions(
  projections: readonly RunnableProjection[],
  settings: KafkaSettings,
  consumers: readonly ConsumerHealth[],
): PartitionOfProjection[] {
  return consumers
    .filter(({ state }) => state === 'running')
    .flatMap(({ group, assignment }) => {
      const projection = projections.find(({ name }) => withPrefix(settings, name) === group);
      if (!projection) return [];
      return Object.entries(assignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ projection: projection.name, topic, partition })),
      );
    });
}

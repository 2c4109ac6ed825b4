import type { ConsumerHealth } from '@eventfleet/kafka';
import type { PartitionOfProjection } from './projection-statements.js';
import type { RunnableProjection } from '../projection.js';

/** The partitions that this process consumes at the moment, by projection: its name is its group's. */
export function assignedPartitions(
  projections: readonly RunnableProjection[],
  topicPrefix: string,
  consumers: readonly ConsumerHealth[],
): PartitionOfProjection[] {
  return consumers
    .filter(({ state }) => state === 'running')
    .flatMap(({ group, assignment }) => {
      const projection = projections.find(({ name }) => topicPrefix + name === group);
      if (!projection) return [];
      return Object.entries(assignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => ({ projection: projection.name, topic, partition })),
      );
    });
}

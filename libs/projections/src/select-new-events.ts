import type { RecordedEvent } from '@eventfleet/contracts';
import { ProjectionError } from './projection.errors.js';

export interface NewEvents {
  /** In their order, each the next version of its aggregate. */
  readonly events: readonly RecordedEvent[];
  /** The version of each of their aggregates afterwards. */
  readonly versions: ReadonlyMap<string, number>;
}

/**
 * Drops what was applied before: the relay may repeat an event, also one of a user who is deleted by now.
 * @throws ProjectionError `version-gap` when an event is missing before another
 */
export function selectNewEvents(
  projection: string,
  received: readonly RecordedEvent[],
  applied: ReadonlyMap<string, number>,
): NewEvents {
  const versions = new Map<string, number>();
  const events = received.filter(({ aggregateId, version }) => {
    const known = versions.get(aggregateId) ?? applied.get(aggregateId) ?? 0;
    if (version <= known) return false;
    if (version > known + 1) {
      throw new ProjectionError(
        'version-gap',
        projection,
        `version ${version} of ${aggregateId} follows version ${known}`,
      );
    }
    versions.set(aggregateId, version);
    return true;
  });
  return { events, versions };
}

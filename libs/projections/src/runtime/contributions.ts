import type { RecordedEvent } from '@eventfleet/contracts';
import { isReading, type RunnableProjection } from '../projection.js';

/** What events have added to the counters of a projection, by aggregate; one that added nothing is left out. */
export function contributionsOf(
  projection: RunnableProjection,
  events: Iterable<RecordedEvent>,
): ReadonlyMap<string, string> {
  const contributions = new Map<string, string>();
  if (isReading(projection) || !projection.contributionOf) return contributions;
  for (const event of events) {
    const contribution = projection.contributionOf(event);
    if (contribution === '') continue;
    contributions.set(event.aggregateId, (contributions.get(event.aggregateId) ?? '') + contribution);
  }
  return contributions;
}

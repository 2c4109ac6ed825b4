import type { EventStore } from '@eventfleet/event-store';
import { toAuditItems, type AuditItem } from './audit-item.js';
import { loadPastUsers, STORED_USERS } from './stored-users.js';

export interface AuditTrailPage {
  /** Oldest first. */
  readonly items: readonly AuditItem[];
  /** The `after` of the next page; null on the last page. */
  readonly nextCursor: number | null;
}

export interface AuditTrailRange {
  /** The version behind which the page begins. */
  readonly after: number;
  readonly limit: number;
}

/**
 * A page of a user's events, with what each changed; undefined if there are none at all.
 * @throws EventStoreError `overloaded` if the snapshots of a long stream are not made yet
 */
export async function readAuditTrail(
  eventStore: EventStore,
  id: string,
  { after, limit }: AuditTrailRange,
): Promise<AuditTrailPage | undefined> {
  const stream = { aggregateType: STORED_USERS.catalog.aggregateType, aggregateId: id };
  const states = await loadPastUsers(eventStore, [{ aggregateId: id, version: after }]);
  const before = states.get(id)!;
  if (before.version < after) return before.version === 0 ? undefined : { items: [], nextCursor: null };
  // One more than the page tells whether there is a next one.
  const range = { fromVersion: after + 1, toVersion: after + limit + 1 };
  const events = await eventStore.readStream(stream, range);
  if (events.length === 0 && after === 0) return undefined;
  const items = toAuditItems(events.slice(0, limit), before.state);
  return { items, nextCursor: events.length > limit ? items.at(-1)!.version : null };
}

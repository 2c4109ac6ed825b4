import { userState, type UserState } from '@eventfleet/contracts';
import { loadPastStates, type EventStore, type PastState, type WantedState } from '@eventfleet/event-store';

/** The events of users, as what a query asks. */
export const STORED_USERS = { name: 'event-store', catalog: userState.catalog };

/** Folded within a third of a second. The snapshots of a longer run of events are made by command-api, and soon. */
const MAX_EVENTS = 20_000;

/**
 * Users as they were at a version, by id.
 * @throws EventStoreError `overloaded` if the snapshots of a long stream are not made yet
 */
export function loadPastUsers(
  eventStore: Pick<EventStore, 'readPast'>,
  wanted: readonly WantedState<UserState>[],
  maxEvents = MAX_EVENTS,
): Promise<Map<string, PastState<UserState>>> {
  return loadPastStates(eventStore, userState, wanted, { maxEvents });
}

import {
  ContractError,
  userEvents,
  type EventEnvelope,
  type RecordedEvent,
  type UserEvent,
} from '@eventfleet/contracts';
import type { EventStore } from '@eventfleet/event-store';
import { EventMissing } from './event-missing.error.js';
import { evolve, type NotifiedUser } from './notified-user.js';

/** An event as it is stored, and the user before and after it. */
export interface UserMoment {
  readonly event: EventEnvelope<UserEvent>;
  readonly before: NotifiedUser | undefined;
  readonly after: NotifiedUser | undefined;
}

/**
 * The event that a message announces, as the event store has it, with the user before and after it.
 * @throws EventMissing where it does not have the event
 * @throws ContractError `malformed-message` where another event is stored in its place
 */
export async function readUserMoment(
  eventStore: EventStore,
  { eventId, aggregateId, version }: RecordedEvent,
): Promise<UserMoment> {
  const { aggregateType } = userEvents;
  const stored = await eventStore.readStream({ aggregateType, aggregateId }, { toVersion: version });
  const history = stored.map((event) => userEvents.parse(event));
  const event = history.pop();
  if (event?.version !== version) throw new EventMissing();
  if (event.eventId !== eventId) {
    throw new ContractError(
      'malformed-message',
      'the event store has another event with this aggregate and version',
    );
  }
  const before = history.reduce<NotifiedUser | undefined>(evolve, undefined);
  return { event, before, after: evolve(before, event) };
}

import {
  ContractError,
  userEvents,
  type EventEnvelope,
  type RecordedEvent,
  type UserEvent,
} from '@eventfleet/contracts';
import { readEvents } from '@eventfleet/event-store';
import type pg from 'pg';
import { evolve, type NotifiedUser } from './notified-user.js';

/** An event as it is stored, and the user before and after it. */
export interface UserMoment {
  readonly event: EventEnvelope<UserEvent>;
  readonly before: NotifiedUser | undefined;
  readonly after: NotifiedUser | undefined;
}

/**
 * What the event store says of the moment that a message tells of.
 * @returns undefined where it does not have the event (yet)
 * @throws ContractError `malformed-message` where another event is stored in its place
 */
export async function readUserMoment(
  pool: pg.Pool,
  { eventId, aggregateId, version }: RecordedEvent,
): Promise<UserMoment | undefined> {
  const { aggregateType } = userEvents;
  const stored = await readEvents(pool, { aggregateType, aggregateId, fromVersion: 1, toVersion: version });
  const history = stored.map((event) => userEvents.parse(event));
  const event = history.pop();
  if (event?.version !== version) return undefined;
  if (event.eventId !== eventId) {
    throw new ContractError('malformed-message', 'the event store has another event in its place');
  }
  const before = history.reduce<NotifiedUser | undefined>(evolve, undefined);
  return { event, before, after: evolve(before, event) };
}

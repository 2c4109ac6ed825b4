import { emailKey, userEvents, type RecordedEvent, type UserEvent } from '@eventfleet/contracts';
import type { HeldClaim, NewEvent } from '@eventfleet/event-store';

const FIRST_ID_MS = Date.UTC(2026, 0, 1);
const UPDATE_EVERY = 4;
/** As long as a real one. */
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** How many users the first `events` events make. */
export function usersIn(events: number): number {
  return events - Math.floor(events / UPDATE_EVERY);
}

/** How many of the first events it takes to make so many users. */
export function eventsFor(users: number): number {
  return Math.floor((users * UPDATE_EVERY - 1) / (UPDATE_EVERY - 1));
}

/** The id of the n-th user, from 1: a UUIDv7 like those that command-api makes, so that ids come in order. */
export function userId(n: number): string {
  const time = (FIRST_ID_MS + n).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

export function userEmail(n: number): string {
  return `user-${n}@bench.example`;
}

/** The n-th event of every synthetic history, from 1: three new users, then an update of an older one, and so on. */
export function eventOf(n: number): NewEvent {
  if (n % UPDATE_EVERY === 0) {
    const user = n / UPDATE_EVERY;
    const data = { id: userId(user), name: `User ${user} Renamed` };
    return newEvent(n, user, 2, { type: 'user.updated', data });
  }
  const user = usersIn(n);
  const data = { id: userId(user), name: `User ${user}`, email: userEmail(user) };
  return newEvent(n, user, 1, { type: 'user.created', data });
}

/** The events from `first` on, in order. */
export function eventsFrom(first: number, count: number): NewEvent[] {
  return Array.from({ length: count }, (_, index) => eventOf(first + index));
}

/** The claims that new users among the events take. */
export function claimsOf(events: readonly NewEvent[]): HeldClaim[] {
  return events
    .filter(({ type }) => type === 'user.created')
    .map(({ aggregateId, data }) => {
      const { email } = JSON.parse(data) as { email: string };
      return { scope: 'user-email', key: emailKey(email), aggregateId };
    });
}

/** As it comes out of the store. */
export function recorded(event: NewEvent): RecordedEvent {
  return { ...event, globalPosition: '1' };
}

/** The n-th event under a version of its own choice. */
export function newEvent(n: number, user: number, version: number, event: UserEvent): NewEvent {
  const eventId = `${n.toString(16).padStart(8, '0')}-0000-7000-8000-${user.toString(16).padStart(12, '0')}`;
  return {
    eventId,
    type: event.type,
    schemaVersion: userEvents.schemaVersionOf(event.type),
    aggregateType: userEvents.aggregateType,
    aggregateId: userId(user),
    version,
    data: JSON.stringify(event.data),
    occurredAt: new Date(FIRST_ID_MS + n).toISOString(),
    correlationId: eventId,
    causationId: eventId,
    traceparent: TRACEPARENT,
  };
}

import { v5 } from 'uuid';
import { defineAggregate } from '../define-aggregate.js';
import type { EventOf } from '../event-catalog.js';
import { notificationFailed, type MailName } from './notification-failed.event.js';

const NAMESPACE = '6f1f5c52-2f0a-4d5e-9a55-0c8f6f0f7c1d';

/** Mails to users. The app notifier publishes their events itself: they are not in the event store. */
export const notificationAggregate = defineAggregate({
  name: 'notification',
  topic: 'notification-events',
  events: [notificationFailed],
});

/** What becomes of notifications. */
export const notificationEvents = notificationAggregate.events;

export type NotificationEvent = EventOf<typeof notificationEvents>;

/** The same for the same mail about the same event, whoever asks and how often. */
export function notificationId(eventId: string, mail: MailName): string {
  return v5(`${eventId}:${mail}`, NAMESPACE);
}

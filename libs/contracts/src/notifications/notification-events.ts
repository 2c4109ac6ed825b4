import { v5 } from 'uuid';
import { defineCatalog, type EventOf } from '../event-catalog.js';
import { TOPICS } from '../topics.js';
import { notificationFailed, type MailName } from './notification-failed.event.js';

const NAMESPACE = '6f1f5c52-2f0a-4d5e-9a55-0c8f6f0f7c1d';

const events = [notificationFailed] as const;

/** What becomes of notifications. */
export const notificationEvents = defineCatalog({
  aggregateType: 'notification',
  topic: TOPICS.notificationEvents,
  events,
});

export type NotificationEvent = EventOf<(typeof events)[number]>;

/** The same for the same mail about the same event, whoever asks and how often. */
export function notificationId(eventId: string, mail: MailName): string {
  return v5(`${eventId}:${mail}`, NAMESPACE);
}

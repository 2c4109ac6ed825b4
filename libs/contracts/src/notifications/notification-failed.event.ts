import { z } from 'zod';
import { defineEvent } from '../event-catalog.js';

/** Every mail that a user may get, by its name. */
export const mailName = z.enum(['welcome', 'email-changed', 'email-changed-notice', 'reminder', 'goodbye']);

export type MailName = z.output<typeof mailName>;

/**
 * A mail that will never be sent. `reason`: the mail server refused it for good, or did not take it for too long.
 * A notification is an aggregate of its own: `id` is made from the event and the mail (`notificationId`).
 */
export const notificationFailed = defineEvent(
  'notification.failed',
  1,
  z.object({
    id: z.string(),
    userId: z.string(),
    /** The event of the user that the mail is about. */
    eventId: z.string(),
    mail: mailName,
    reason: z.enum(['refused', 'given-up']),
  }),
);

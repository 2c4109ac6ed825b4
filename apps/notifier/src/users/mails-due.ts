import type { EventEnvelope, MailName, UserEvent } from '@eventfleet/contracts';
import type { NotifiedUser } from './notified-user.js';

/** A mail, and the user after the event that caused it; before it for a mail to an earlier address, or the last mail. */
export interface DueMailOfEvent {
  readonly mail: MailName;
  readonly user: NotifiedUser;
}

/** The mails that an event causes, each with the user as it was then. Pure: the same history gives the same mails. */
export function mailsDue(
  event: EventEnvelope<UserEvent>,
  before: NotifiedUser | undefined,
  after: NotifiedUser | undefined,
): DueMailOfEvent[] {
  switch (event.type) {
    case 'user.created':
      return after ? [{ mail: 'welcome', user: after }] : [];
    case 'user.updated':
      if (!before || !after || before.email === after.email) return [];
      return [
        { mail: 'email-changed', user: after },
        { mail: 'email-changed-notice', user: before },
      ];
    case 'user.verification-reminded':
      return after?.pendingSince ? [{ mail: 'reminder', user: after }] : [];
    case 'user.deleted':
      return before ? [{ mail: 'goodbye', user: before }] : [];
    case 'user.email-verified':
    case 'user.deactivated':
    case 'user.erased':
      return [];
  }
}

/** Whether it is worth looking at the user's history: false only where `mailsDue` is sure to find nothing. */
export function mayCauseMails(event: UserEvent): boolean {
  switch (event.type) {
    case 'user.created':
    case 'user.verification-reminded':
    case 'user.deleted':
      return true;
    case 'user.updated':
      return event.data.email !== undefined;
    case 'user.email-verified':
    case 'user.deactivated':
    case 'user.erased':
      return false;
  }
}

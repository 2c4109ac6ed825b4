import type { MailName } from '@eventfleet/contracts';

/** One mail that is due: at most one of a name for each event. */
export interface MailKey {
  readonly eventId: string;
  readonly mail: MailName;
}

/** The right to send a mail, until it runs out. */
export interface MailClaim extends MailKey {
  readonly token: string;
}

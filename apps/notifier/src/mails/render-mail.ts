import { signVerificationToken } from '@eventfleet/contracts';
import type { DueMailOfEvent } from '../users/mails-due.js';
import type { NotifiedUser } from '../users/notified-user.js';
import { emailChangedNoticeMail } from './email-changed-notice.mail.js';
import { emailChangedMail } from './email-changed.mail.js';
import { goodbyeMail } from './goodbye.mail.js';
import type { MailContent, VerificationLink } from './mail-content.js';
import { reminderMail } from './reminder.mail.js';
import { welcomeMail } from './welcome.mail.js';

/** How users verify their address. */
export interface VerificationSettings {
  readonly secret: string;
  /** Where command-api is for users, without a slash at the end. */
  readonly publicUrl: string;
  /** How long a user has time. */
  readonly timeoutMs: number;
}

/**
 * Every mail by its name. Pure: the same whenever it is made again.
 * @param verification undefined where no links are made; users who are pending all the same get the mail without one
 * @returns undefined for a mail that makes no sense without its link
 */
export function renderMail(
  { mail, user }: DueMailOfEvent,
  verification: VerificationSettings | undefined,
): MailContent | undefined {
  const link = verification && verificationLink(user, verification);
  // A name is anybody's text: it goes to nobody who has not shown that the address is theirs.
  const name = user.isVerified ? user.name : undefined;
  switch (mail) {
    case 'welcome':
      return welcomeMail(name, link);
    case 'email-changed':
      return emailChangedMail(name, link);
    case 'email-changed-notice':
      return emailChangedNoticeMail(name);
    case 'reminder':
      return link && reminderMail(name, link);
    case 'goodbye':
      return goodbyeMail(name);
  }
}

/** Good for this user with this email, until the time to verify it is over. */
function verificationLink(
  { id, email, pendingSince }: NotifiedUser,
  { secret, publicUrl, timeoutMs }: VerificationSettings,
): VerificationLink | undefined {
  if (pendingSince === undefined) return undefined;
  const expiresAt = new Date(Date.parse(pendingSince) + timeoutMs);
  const token = signVerificationToken({ userId: id, email, expiresAt }, secret);
  return { url: `${publicUrl}/users/${id}/verification?token=${token}`, expiresAt };
}

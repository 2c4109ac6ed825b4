import { countDoubled, mailsDue } from './audit-mails.ts';
import type { Evidence } from './evidence.ts';

/** What came of the events besides rows. */
export interface ReactionCounts {
  readonly mailsDue: number;
  readonly mailsSent: number;
  readonly mailsDoubled: number;
  readonly unknownMails: number;
  readonly verified: number;
  readonly deactivated: number;
}

export function countReactions({ stored, hasNotifier, mails, unknownMails }: Evidence): ReactionCounts {
  const count = (type: string) => stored.filter((event) => event.type === type).length;
  return {
    mailsDue: hasNotifier ? stored.flatMap(mailsDue).length : 0,
    mailsSent: mails.length,
    mailsDoubled: countDoubled(mails),
    unknownMails,
    verified: count('user.email-verified'),
    deactivated: count('user.deactivated'),
  };
}

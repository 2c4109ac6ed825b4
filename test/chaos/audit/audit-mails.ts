import type { Evidence, SentMail, StoredEvent } from './evidence.ts';
import { fieldsOf } from './histories.ts';
import type { Losses } from './losses.ts';
import type { Violation } from './violation.ts';

/**
 * Every mail that is due was sent, none besides, and none more often than the notifier says that it may have been. An
 * event and the record of its mail may be lost together.
 */
export function auditMails(
  { stored, records, hasNotifier, mails, unknownMails }: Evidence,
  losses: Losses,
): Violation[] {
  if (!hasNotifier) return [];
  const sent = new Map<string, number>();
  for (const mail of mails) sent.set(identityOf(mail), (sent.get(identityOf(mail)) ?? 0) + 1);
  const found: Violation[] = [];
  let doubled = 0;
  for (const due of stored.flatMap(mailsDue)) {
    const count = sent.get(identityOf(due)) ?? 0;
    if (count === 0) found.push({ kind: 'mail-missing', detail: identityOf(due) });
    if (count > 1) doubled += count - 1;
    sent.delete(identityOf(due));
  }
  if (doubled > unknownMails && !losses.arePossible)
    found.push({ kind: 'mail-doubled', detail: `${doubled} mails, ${unknownMails} unknown outcomes` });
  const lost = new Set(losses.arePossible ? lostMails(mails, records) : []);
  for (const identity of new Set(sent.keys()).difference(lost))
    found.push({ kind: 'mail-of-nobody', detail: identity });
  return found;
}

/** Mails of events that Kafka has not either. */
function lostMails(mails: readonly SentMail[], records: Evidence['records']): string[] {
  const inKafka = new Set(records.map(({ event }) => event?.eventId));
  return mails.filter(({ eventId }) => !inKafka.has(eventId)).map(identityOf);
}

/** How many mails were sent again. */
export function countDoubled(mails: readonly SentMail[]): number {
  return mails.length - new Set(mails.map(identityOf)).size;
}

/** The mails that an event owes: decided here anew, no code of the fleet takes part. */
export function mailsDue(event: StoredEvent): SentMail[] {
  const { eventId } = event;
  const mail = (name: string) => ({ eventId, mail: name });
  switch (event.type) {
    case 'user.created':
      return [mail('welcome')];
    case 'user.updated':
      return fieldsOf(event).email === undefined ? [] : [mail('email-changed'), mail('email-changed-notice')];
    case 'user.verification-reminded':
      return [mail('reminder')];
    case 'user.deleted':
      return [mail('goodbye')];
    default:
      return [];
  }
}

function identityOf({ eventId, mail }: SentMail): string {
  return `${mail} of event ${eventId}`;
}

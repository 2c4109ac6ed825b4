import type pg from 'pg';
import type { MailClaim } from './mail-key.js';

/** Settles that a mail is never sent, because its address or its user gets too many. Without effect if the claim ran out. */
export async function suppressMail(pool: pg.Pool, { eventId, mail, token }: MailClaim): Promise<void> {
  await pool.query({
    name: 'suppress-mail',
    text: `update notifier.inbox set status = 'failed', reason = 'too-many-mails', settled_at = clock_timestamp()
           where event_id = $1 and mail = $2 and claim = $3 and status = 'sending'`,
    values: [eventId, mail, token],
  });
}

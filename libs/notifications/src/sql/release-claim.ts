import type pg from 'pg';
import type { MailClaim } from './mail-key.js';

/**
 * Gives the mail back, to be tried again at once by whoever comes next. Without effect where the claim has run out and
 * somebody else has taken the mail over.
 * @param isUnknown whether the mail may have been sent: counted in the same statement
 */
export async function releaseClaim(
  pool: pg.Pool,
  { eventId, mail, token }: MailClaim,
  isUnknown: boolean,
): Promise<void> {
  await pool.query({
    name: 'release-mail-claim',
    text: `update notifier.inbox set status = 'waiting', unknown_outcomes = unknown_outcomes + $4::boolean::integer
           where event_id = $1 and mail = $2 and claim = $3 and status = 'sending'`,
    values: [eventId, mail, token, isUnknown],
  });
}

import type pg from 'pg';
import type { FailureReason } from './claim-mail.js';
import type { MailClaim } from './mail-key.js';

/**
 * Decides that the mail will never be sent, before the failure is reported: from now on nobody sends it, and whoever
 * comes across it reports the failure, always with the same reason and time.
 * @returns when it was decided; undefined where the claim has run out and somebody else has taken the mail over
 */
export async function beginFailure(
  pool: pg.Pool,
  { eventId, mail, token }: MailClaim,
  reason: FailureReason,
): Promise<Date | undefined> {
  const { rows } = await pool.query<{ settled_at: Date }>({
    name: 'begin-mail-failure',
    text: `update notifier.inbox set status = 'failing', reason = $4, settled_at = clock_timestamp()
           where event_id = $1 and mail = $2 and claim = $3 and status = 'sending' returning settled_at`,
    values: [eventId, mail, token, reason],
  });
  return rows[0]?.settled_at;
}

import type pg from 'pg';
import type { MailKey } from './mail-key.js';

/** The mail server has accepted the mail. Holds whoever has the claim by now: what was sent was sent. */
export async function markSent(pool: pg.Pool, { eventId, mail }: MailKey): Promise<void> {
  await pool.query({
    name: 'mark-mail-sent',
    text: `update notifier.inbox set status = 'sent', settled_at = clock_timestamp()
           where event_id = $1 and mail = $2 and status in ('sending', 'waiting')`,
    values: [eventId, mail],
  });
}

import type pg from 'pg';
import type { MailKey } from './mail-key.js';

/** The failure has been reported, durably. */
export async function markFailed(pool: pg.Pool, { eventId, mail }: MailKey): Promise<void> {
  await pool.query({
    name: 'mark-mail-failed',
    text: `update notifier.inbox set status = 'failed' where event_id = $1 and mail = $2 and status = 'failing'`,
    values: [eventId, mail],
  });
}

import type { MailName } from '@eventfleet/contracts';
import type pg from 'pg';

/** What became of a mail so far, without a word of it or its address. */
export interface MailState {
  readonly eventId: string;
  readonly mail: MailName;
  readonly status: 'sending' | 'waiting' | 'sent' | 'failing' | 'failed';
  readonly attempts: number;
  /** Why it was given up; null if it was not. */
  readonly reason: string | null;
  /** RFC 3339; null before it was sent or given up. */
  readonly settledAt: string | null;
}

/** The mails of these events that the notifier has begun with. */
export async function readMails(pool: pg.Pool, eventIds: readonly string[]): Promise<MailState[]> {
  const { rows } = await pool.query<Omit<MailState, 'settledAt'> & { settled_at: Date | null }>(
    `select event_id as "eventId", mail, status, attempts, reason, settled_at
     from notifier.inbox where event_id = any($1::uuid[]) order by first_claimed_at`,
    [eventIds],
  );
  return rows.map(({ settled_at: settledAt, ...mail }) => ({
    ...mail,
    settledAt: settledAt?.toISOString() ?? null,
  }));
}

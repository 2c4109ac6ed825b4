import type pg from 'pg';

export interface MailCounts {
  readonly sent: number;
  readonly failed: number;
  /** Neither sent nor given up. */
  readonly unsettled: number;
  /** How often nobody knew whether a mail was sent: at most so many were sent twice. */
  readonly unknownOutcomes: number;
}

/** What became of all mails so far. Reads the whole inbox. */
export async function countMails(pool: pg.Pool): Promise<MailCounts> {
  const { rows } = await pool.query<MailCounts>(
    `select count(*) filter (where status = 'sent')::integer as sent,
            count(*) filter (where status = 'failed')::integer as failed,
            count(*) filter (where status not in ('sent', 'failed'))::integer as unsettled,
            coalesce(sum(unknown_outcomes), 0)::integer as "unknownOutcomes"
     from notifier.inbox`,
  );
  return rows[0]!;
}

import { createHash, createHmac, type KeyObject } from 'node:crypto';
import type pg from 'pg';

/** Whom a mail is for, and how many mails a day each may get; 0: any number. */
export interface MailQuotas {
  readonly address: string;
  readonly addressPerDay: number;
  readonly userId: string;
  readonly userPerDay: number;
  /** Hashes the address: nobody without it can find one by trying. Absent if personal data is not encrypted. */
  readonly secret?: KeyObject | undefined;
}

/**
 * Takes one mail from the quota of its address and from that of its user. A quota is a bucket that holds a day's mails
 * and fills up evenly over a day. Shared by all copies. An address is kept as its digest, until mails are counted a day later.
 * @returns whether both had one left
 */
export async function takeFromMailQuotas(pool: pg.Pool, quotas: MailQuotas): Promise<boolean> {
  const recipients = [
    { key: `address ${digest(quotas)}`, perDay: quotas.addressPerDay },
    { key: `user ${quotas.userId}`, perDay: quotas.userPerDay },
  ].filter(({ perDay }) => perDay > 0);
  if (recipients.length === 0) return true;
  // In the order of keys, so that two mails wait for each other in one order. Rows of full buckets go, a few each time.
  const { rowCount } = await pool.query({
    name: 'take-from-mail-quotas',
    text: `
      with full_again as (
        delete from notifier.mail_quotas where ctid = any (array(
          select ctid from notifier.mail_quotas
          where counted_at < clock_timestamp() - interval '1 day' and recipient <> all ($1::text[])
          limit 10 for update skip locked)))
      insert into notifier.mail_quotas as known (recipient, used, counted_at)
      select recipient, 1, clock_timestamp() from unnest($1::text[], $2::integer[]) as one (recipient, per_day)
      order by recipient
      on conflict (recipient) do update set
        used = greatest(0, known.used - ${REFILLED}) + 1, counted_at = excluded.counted_at
        where greatest(0, known.used - ${REFILLED}) + 1
              <= ($2::integer[])[array_position($1::text[], known.recipient)]`,
    values: [recipients.map(({ key }) => key), recipients.map(({ perDay }) => perDay)],
  });
  return rowCount === recipients.length;
}

/** What has come back since the last mail that was counted. */
const REFILLED = `extract(epoch from excluded.counted_at - known.counted_at)::float8 / 86400
                  * ($2::integer[])[array_position($1::text[], known.recipient)]`;

function digest({ address, secret }: MailQuotas): string {
  const hash = secret ? createHmac('sha256', secret) : createHash('sha256');
  return hash.update(address).digest('base64url');
}

import { randomUUID } from 'node:crypto';
import type { NotificationEvent } from '@eventfleet/contracts';
import type pg from 'pg';
import type { MailClaim, MailKey } from './mail-key.js';

export type FailureReason = NotificationEvent['data']['reason'];

export type ClaimAnswer =
  | {
      readonly kind: 'claimed';
      readonly claim: MailClaim;
      /** Whether nobody has had this mail before. */
      readonly isFirst: boolean;
      /** Whether an earlier claim ran out without a word: that mail may have been sent. Counted in the inbox already. */
      readonly followsUnknown: boolean;
      /** How often, this time included, nobody knew whether the mail was sent. */
      readonly unknownOutcomes: number;
      /** Since the first claim of this mail. */
      readonly triedForMs: number;
    }
  /** Somebody else has a claim that has not run out. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'sent' }
  /** Given up, and perhaps not reported yet. */
  | { readonly kind: 'failing'; readonly reason: FailureReason; readonly decidedAt: Date }
  | { readonly kind: 'failed' };

interface AnswerRow {
  readonly claimed: boolean;
  readonly status: 'sending' | 'waiting' | 'sent' | 'failing' | 'failed';
  readonly status_before: string | null;
  readonly unknown_outcomes: number;
  readonly tried_for_ms: number;
  readonly reason: FailureReason | null;
  readonly settled_at: Date | null;
}

/**
 * Takes the right to send a mail, durably, for so long by the database's clock; or returns what became of it. Of those
 * who ask at once, one gets it. A claim that ran out without a word is counted as an unknown outcome by whoever takes
 * the mail over, in the same statement.
 */
export async function claimMail(pool: pg.Pool, key: MailKey, claimMs: number): Promise<ClaimAnswer> {
  const token = randomUUID();
  const { rows } = await pool.query<AnswerRow>({
    name: 'claim-mail',
    // The last part reads the row as it was before the first one wrote.
    text: `
      with claimed as (
        insert into notifier.inbox as known (event_id, mail, status, claim, claimed_until)
        values ($1, $2, 'sending', $3, clock_timestamp() + $4 * interval '1 millisecond')
        on conflict (event_id, mail) do update set
          status = 'sending', claim = excluded.claim, claimed_until = excluded.claimed_until,
          attempts = known.attempts + 1,
          unknown_outcomes = known.unknown_outcomes + (known.status = 'sending')::integer
        where known.status = 'waiting' or (known.status = 'sending' and known.claimed_until < clock_timestamp())
        returning *),
      before as (select * from notifier.inbox where event_id = $1 and mail = $2)
      select true as claimed, claimed.status, before.status as status_before, claimed.unknown_outcomes,
             extract(epoch from clock_timestamp() - claimed.first_claimed_at)::float8 * 1000 as tried_for_ms,
             claimed.reason, claimed.settled_at
      from claimed left join before using (event_id, mail)
      union all
      select false, status, status, unknown_outcomes, 0, reason, settled_at
      from before where not exists (select from claimed)`,
    values: [key.eventId, key.mail, token, claimMs],
  });
  // No row at all: somebody inserted it at the same moment.
  return rows[0] ? toAnswer(rows[0], { ...key, token }) : { kind: 'busy' };
}

function toAnswer(row: AnswerRow, claim: MailClaim): ClaimAnswer {
  if (row.claimed) {
    return {
      kind: 'claimed',
      claim,
      isFirst: row.status_before === null,
      followsUnknown: row.status_before === 'sending',
      unknownOutcomes: row.unknown_outcomes,
      triedForMs: row.tried_for_ms,
    };
  }
  if (row.status === 'sent' || row.status === 'failed') return { kind: row.status };
  if (row.status !== 'failing' || !row.reason || !row.settled_at) return { kind: 'busy' };
  return { kind: 'failing', reason: row.reason, decidedAt: row.settled_at };
}

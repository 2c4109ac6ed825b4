import type pg from 'pg';

/** A page that this process is to verify. Nobody else does until it is saved or given up, or the claim has run out. */
export interface ClaimedPage {
  readonly projection: string;
  readonly claim: string;
  /** The aggregate behind which it begins; undefined for the first one. */
  readonly after: string | undefined;
}

/** Longer than any page takes. */
const CLAIM_SECONDS = 60;

/** @returns undefined if no page is due, or another process has claimed it */
export async function claimPage(
  pool: pg.Pool,
  projection: string,
  claim: string,
): Promise<ClaimedPage | undefined> {
  const { rows } = await pool.query<{ last_key: string | null }>(
    `insert into row_verifications as page (projection, claim, claimed_until, pass_started_at)
     values ($1, $2, clock_timestamp() + make_interval(secs => $3), clock_timestamp())
     on conflict (projection) do update set claim = excluded.claim, claimed_until = excluded.claimed_until,
       pass_started_at = case when page.last_key is null then excluded.pass_started_at else page.pass_started_at end
       where page.claimed_until < clock_timestamp() and page.next_page_at <= clock_timestamp()
     returning last_key`,
    [projection, claim, CLAIM_SECONDS],
  );
  const row = rows[0];
  return row && { projection, claim, after: row.last_key ?? undefined };
}

export interface PageToSave {
  /** Where the next page begins; undefined at the end of the pass. */
  readonly lastKey: string | undefined;
  readonly checked: number;
  /** From when this page was claimed until the next one is due. */
  readonly pauseMs: number;
  /** A pass begins at most so often. */
  readonly passMs: number;
}

/** Saves a page, unless its claim has run out and was given to another process. */
export async function savePage(
  pool: pg.Pool,
  { projection, claim }: ClaimedPage,
  { lastKey, checked, pauseMs, passMs }: PageToSave,
): Promise<void> {
  await pool.query(
    `update row_verifications set claimed_until = '-infinity', last_key = $3::uuid,
       checked = case when $3 is null then 0 else checked + $4 end,
       last_pass_checked = case when $3 is null then checked + $4 else last_pass_checked end,
       last_pass_seconds = case when $3 is null
         then extract(epoch from clock_timestamp() - pass_started_at) else last_pass_seconds end,
       last_pass_ended_at = case when $3 is null then clock_timestamp() else last_pass_ended_at end,
       next_page_at = greatest(claimed_until + make_interval(secs => $5),
         case when $3 is null then pass_started_at + make_interval(secs => $6) end)
     where projection = $1 and claim = $2`,
    [projection, claim, lastKey ?? null, checked, pauseMs / 1_000 - CLAIM_SECONDS, passMs / 1_000],
  );
}

/** The same page is tried again after the pause. */
export async function giveUpPage(
  pool: pg.Pool,
  { projection, claim }: ClaimedPage,
  pauseMs: number,
): Promise<void> {
  await pool.query(
    `update row_verifications set claimed_until = '-infinity',
       next_page_at = clock_timestamp() + make_interval(secs => $3)
     where projection = $1 and claim = $2`,
    [projection, claim, pauseMs / 1_000],
  );
}

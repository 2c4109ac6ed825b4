import type pg from 'pg';

/** How far the verification of a projection has come; a pass looks at every aggregate once. */
export interface VerificationProgress {
  readonly projection: string;
  /** Aggregates, in the pass that is under way. */
  readonly checked: number;
  /** Undefined before the first pass has ended. */
  readonly lastPass:
    { readonly checked: number; readonly seconds: number; readonly endedAt: Date } | undefined;
}

interface ProgressRow {
  readonly projection: string;
  readonly checked: number;
  readonly last_pass_checked: number | null;
  readonly last_pass_seconds: number | null;
  readonly last_pass_ended_at: Date | null;
  readonly is_due: boolean;
}

/** Of every projection whose verification ever began, and whether a page is due. */
export async function readVerificationProgress(
  pool: pg.Pool,
): Promise<readonly (VerificationProgress & { readonly isDue: boolean })[]> {
  const { rows } = await pool.query<ProgressRow>(
    `select projection, checked::float8, last_pass_checked::float8, last_pass_seconds, last_pass_ended_at,
            claimed_until < clock_timestamp() and next_page_at <= clock_timestamp() as is_due
     from row_verifications order by projection`,
  );
  return rows.map((row) => ({
    projection: row.projection,
    checked: row.checked,
    lastPass:
      row.last_pass_ended_at === null
        ? undefined
        : {
            checked: row.last_pass_checked ?? 0,
            seconds: row.last_pass_seconds ?? 0,
            endedAt: row.last_pass_ended_at,
          },
    isDue: row.is_due,
  }));
}

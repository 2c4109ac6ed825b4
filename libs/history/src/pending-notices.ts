import type pg from 'pg';
import type { HistoryNotice } from './notices.js';

/** A notice that was stored with the change that it tells of, and may not be published yet. */
export interface PendingNotice {
  readonly number: string;
  readonly notice: HistoryNotice;
}

const PAGE = 1_000;

/** In the transaction of the change. */
export async function saveNotices(client: pg.ClientBase, notices: readonly HistoryNotice[]): Promise<void> {
  await client.query(`insert into history_notices (notice) select unnest($1::json[])`, [
    notices.map((notice) => JSON.stringify(notice)),
  ]);
}

/** The next ones, at most 1,000, in the order of their changes. @param after the last number that was read */
export async function readNotices(pool: pg.Pool, after = '0'): Promise<readonly PendingNotice[]> {
  const { rows } = await pool.query<PendingNotice>(
    `select number, notice from history_notices where number > $1 order by number limit ${PAGE}`,
    [after],
  );
  return rows;
}

export async function deleteNotices(pool: pg.Pool, upTo: string): Promise<void> {
  await pool.query(`delete from history_notices where number <= $1`, [upTo]);
}

import { emailKey } from '@eventfleet/contracts';
import type pg from 'pg';
import { escapeLike } from './escape-like.js';

/**
 * The ids of live users with this email, or else with a name that begins so, both without case; the newest first. For
 * people who look for somebody: `findUsers` has pages.
 */
export async function findUsersByText(
  pool: pg.Pool,
  text: string,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from user_list
     where email_key = $1 or name_key like lower($2) order by email_key = $1 desc, created_at desc, id desc limit $3`,
    [emailKey(text), `${escapeLike(text)}%`, limit],
  );
  return rows.map(({ id }) => id);
}

import { withTransaction } from '@eventfleet/postgres';
import type pg from 'pg';
import { ownerOf } from './data-keys.js';
import type { KeyWrapper } from './key-wrapper.js';

const KEYS_AT_ONCE = 500;

interface WrappedRow {
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly wrapped: string;
}

/**
 * Wraps every key again that the first wrapping key has not wrapped. Afterwards the others are of no use. Keys that are
 * destroyed meanwhile stay so. Idempotent; one that was stopped goes on.
 * @returns how many were wrapped again
 */
export async function rewrapKeys(pool: pg.Pool, wrapper: KeyWrapper): Promise<number> {
  let rewrapped = await rewrapSecrets(pool, wrapper);
  let [type, id] = ['', '00000000-0000-0000-0000-000000000000'];
  for (;;) {
    const { rows } = await pool.query<WrappedRow>(
      `select aggregate_type, aggregate_id, wrapped from personal_data_keys
       where wrapped is not null and (aggregate_type, aggregate_id) > ($1, $2::uuid)
       order by aggregate_type, aggregate_id limit ${KEYS_AT_ONCE}`,
      [type, id],
    );
    for (const row of rows) {
      [type, id] = [row.aggregate_type, row.aggregate_id];
      if (wrapper.isCurrent(row.wrapped)) continue;
      const again = await wrapAgain(wrapper, row.wrapped, ownerOf(type, id));
      const { rowCount } = await pool.query(
        `update personal_data_keys set wrapped = $4
         where aggregate_type = $1 and aggregate_id = $2 and wrapped = $3`,
        [type, id, row.wrapped, again],
      );
      rewrapped += rowCount ?? 0;
    }
    if (rows.length < KEYS_AT_ONCE) return rewrapped;
  }
}

function rewrapSecrets(pool: pg.Pool, wrapper: KeyWrapper): Promise<number> {
  return withTransaction(pool, async (client) => {
    const { rows } = await client.query<{ name: string; wrapped: string }>(
      `select name, wrapped from personal_data_secrets for update`,
    );
    const old = rows.filter(({ wrapped }) => !wrapper.isCurrent(wrapped));
    for (const { name, wrapped } of old)
      await client.query(`update personal_data_secrets set wrapped = $2 where name = $1`, [
        name,
        await wrapAgain(wrapper, wrapped, name),
      ]);
    return old.length;
  });
}

async function wrapAgain(wrapper: KeyWrapper, wrapped: string, owner: string): Promise<string> {
  return wrapper.wrap(await wrapper.unwrap(wrapped, owner), owner);
}

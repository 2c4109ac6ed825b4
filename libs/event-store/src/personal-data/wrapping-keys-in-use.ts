import type pg from 'pg';

/** How many stored keys a wrapping key has wrapped, the secret for claims included. */
export type WrappingKeysInUse = ReadonlyMap<string, number>;

/** What is in use by the name of the wrapping key; empty if nothing is encrypted. Reads the whole table of keys. */
export async function readWrappingKeysInUse(pool: pg.Pool): Promise<WrappingKeysInUse> {
  const { rows } = await pool.query<{ kid: string; count: number }>(
    `select split_part(wrapped, '.', 1) as kid, count(*)::integer as count
     from (select wrapped from personal_data_keys where wrapped is not null
           union all select wrapped from personal_data_secrets) as keys
     group by kid order by kid`,
  );
  return new Map(rows.map(({ kid, count }) => [kid, count]));
}

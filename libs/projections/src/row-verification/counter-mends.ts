import type pg from 'pg';

/** How often counters were mended; read in the transaction that compares them. */
export async function readCounterMends(client: pg.ClientBase, projection: string): Promise<string> {
  const { rows } = await client.query<{ counter_mends: string }>(
    `select counter_mends from row_verifications where projection = $1`,
    [projection],
  );
  return rows[0]?.counter_mends ?? '0';
}

/** @returns false if the counters were mended since the number was read: a comparison of before is out of date then */
export async function countCounterMend(
  client: pg.ClientBase,
  projection: string,
  expected: string,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into row_verifications as saved (projection, counter_mends) values ($1, 1)
     on conflict (projection) do update set counter_mends = saved.counter_mends + 1
       where saved.counter_mends = $2`,
    [projection, expected],
  );
  return rowCount === 1;
}

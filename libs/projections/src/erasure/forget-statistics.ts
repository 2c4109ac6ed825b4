import { withTransaction } from '@eventfleet/postgres';
import type pg from 'pg';
import type { FoldingProjection } from '../projection.js';
import { existingSchemas } from './existing-schemas.js';

/** Of reading a sample of a large table. */
const LONGEST = '5min';

/**
 * Has Postgres forget the values of deleted rows that its planner keeps in `pg_statistic`, in every generation: the table is
 * analysed again. An empty table keeps them until it has rows and is analysed, before Postgres 18.
 * @param pool of the read store
 * @throws Error if the role may not analyse the table
 */
export async function forgetStatistics(pool: pg.Pool, projection: FoldingProjection): Promise<void> {
  const table = projection.copied?.name;
  if (table === undefined) return;
  for (const schema of await existingSchemas(pool, projection)) {
    await withTransaction(pool, async (client) => {
      await client.query(`set local transaction_timeout = '${LONGEST}'`);
      await client.query(`set local statement_timeout = '${LONGEST}'`);
      await analyze(client, schema, table);
    });
  }
}

async function analyze(client: pg.ClientBase, schema: string, table: string): Promise<void> {
  const name = `${schema}.${table}`;
  const { rows } = await client.query<{ may: boolean; can_clear: boolean }>(
    `select has_table_privilege($1, 'MAINTAIN') as may,
       to_regprocedure('pg_clear_attribute_stats(text, text, text, boolean)') is not null as can_clear`,
    [name],
  );
  // Postgres itself would only warn.
  if (!rows[0]?.may) throw new Error(`${name} may not be analysed: repeat fleet migrate --print-grants`);
  await client.query(`analyze ${name}`);
  if (!rows[0].can_clear) return;
  await client.query(
    `select pg_clear_attribute_stats($1, $2, attname, false) from pg_attribute
     where attrelid = $3::regclass and attnum > 0 and not attisdropped and not exists (select from ${name})`,
    [schema, table, name],
  );
}

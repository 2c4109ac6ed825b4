import { withClient } from '@eventfleet/testing';
import { figure } from './format.ts';

interface SizeRow {
  readonly table_name: string;
  readonly index_name: string | null;
  readonly bytes: number;
  /** Of the table, as the planner has it. */
  readonly rows: number;
}

/** What tables and indexes take, the largest table first: a line each, with the bytes a row of the table. */
export async function describeSizes(url: string): Promise<string[]> {
  const sizes = await withClient(url, async (client) => {
    const { rows } = await client.query<SizeRow>(
      `select tables.relname as table_name, parts.index_name, parts.bytes::float8, tables.reltuples::float8 as rows
       from pg_class as tables, lateral (
         select null as index_name, pg_table_size(tables.oid) as bytes
         union all select indexrelid::regclass::text, pg_relation_size(indexrelid)
         from pg_index where indrelid = tables.oid) as parts
       where relkind = 'r' and relnamespace = 'public'::regnamespace and reltuples >= 1000
       order by pg_total_relation_size(tables.oid) desc, parts.bytes desc`,
    );
    return rows;
  });
  return sizes.map(({ table_name: table, index_name: index, bytes, rows }) => {
    const what = index === null ? `${table}, ${rows.toLocaleString('en')} rows` : `  ${index}`;
    return `  ${what}: ${figure(bytes / 1_000_000)} MB, ${figure(bytes / rows)} bytes a row`;
  });
}

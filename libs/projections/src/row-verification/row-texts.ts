import { withArrayTexts, type CopyRow, type CopyValue } from '@eventfleet/postgres';
import pg from 'pg';

/** The columns of a row as Postgres writes them as text: two such rows are equal if their texts are. */
export type RowTexts = readonly (string | null)[];

/** A table with a row an aggregate. Its first column is the aggregate's id. */
export interface RowTable {
  readonly name: string;
  /** As SQL. */
  readonly columns: readonly string[];
  /** Of each column, with its precision. */
  readonly types: readonly string[];
}

/** @throws Error if the table, or a column, is not there */
export async function describeTable(
  client: pg.ClientBase | pg.Pool,
  { name, columns }: { readonly name: string; readonly columns: readonly string[] },
): Promise<RowTable> {
  const { rows } = await client.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped`,
    [name],
  );
  const typeOf = new Map(rows.map((row) => [row.name, row.type]));
  const types = columns.map((column) => {
    const type = typeOf.get(column);
    if (type === undefined) throw new Error(`${name} has no column ${column}`);
    return type;
  });
  return {
    name: pg.escapeIdentifier(name),
    columns: columns.map((each) => pg.escapeIdentifier(each)),
    types,
  };
}

/** Selects `aggregate_key` and `texts` of rows; goes on with `where`. A result named `id` would be sorted by, as text. */
export function selectTexts({ name, columns }: RowTable): string {
  const texts = columns.map((column) => `${column}::text`).join(', ');
  return `select ${columns[0]!}::text as aggregate_key, array[${texts}]::text[] as texts from ${name}`;
}

export interface TextsRow {
  readonly aggregate_key: string;
  readonly texts: (string | null)[];
}

/**
 * What the rows would be as texts, if they were stored. Writes nothing.
 * @throws the database's error if it would refuse one of them
 */
export async function textsOf(
  client: pg.ClientBase | pg.Pool,
  { columns, types }: RowTable,
  rows: readonly CopyRow[],
): Promise<RowTexts[]> {
  if (rows.length === 0) return [];
  const parameters = columns.map((_, index) => `$${index + 1}::text[]`).join(', ');
  const names = columns.map((_, index) => `c${index}`);
  const texts = names.map((name, index) => `${name}::${types[index]!}::text`).join(', ');
  const result = await client.query<{ texts: (string | null)[] }>(
    withArrayTexts({
      text: `select array[${texts}]::text[] as texts
             from unnest(${parameters}) with ordinality as given (${names.join(', ')}, place) order by place`,
      values: columns.map((_, index) => rows.map((row) => toText(row[index] ?? null))),
    }),
  );
  return result.rows.map((row) => row.texts);
}

function toText(value: CopyValue): string | null {
  return value === null ? null : String(value);
}

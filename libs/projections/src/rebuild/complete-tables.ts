import pg from 'pg';
import { partsMissing, readShape, type TablePart } from './table-shape.js';

/** How many indexes are built at a time. */
const AT_ONCE = 2;

/** A live table, and the same one of another generation; both with their schemas. */
export interface TablePair {
  readonly live: string;
  readonly table: string;
}

/** Gives a table the indexes, constraints, grants and options that the live one has and it has not. */
export async function completeTable(client: pg.ClientBase, live: string, table: string): Promise<void> {
  for (const statement of await missingStatements(client, { live, table })) await client.query(statement);
}

/** Gives a table the grants of the live one, and nothing else. */
export async function copyTableGrants(client: pg.ClientBase, live: string, table: string): Promise<void> {
  const missing = partsMissing(await readShape(client, live), await readShape(client, table));
  const grants = missing.filter(({ kind }) => kind === 'grant');
  for (const grant of grants.flatMap((part) => statementFor(part, table) ?? [])) await client.query(grant);
}

/**
 * `completeTable` for tables that are full, two indexes at a time. What was made before is left as it is, so this may be
 * repeated after a crash.
 * @param between called after each statement
 */
export async function completeTables(
  pool: pg.Pool,
  pairs: readonly TablePair[],
  between: () => void = () => undefined,
): Promise<void> {
  const missing = (await Promise.all(pairs.map((pair) => missingStatements(pool, pair)))).flat();
  const [statements, short] = [missing.filter(isLong), missing.filter((statement) => !isLong(statement))];
  // By themselves: a grant and an index on one table at a time fail, as both change what is known of the table.
  for (const statement of short) await pool.query(statement);
  // A constraint locks out whoever builds an index of its table: constraints of different tables come first.
  statements.sort((a, b) => Number(isIndex(a)) - Number(isIndex(b)));
  async function work(): Promise<void> {
    for (let next = statements.shift(); next !== undefined; next = statements.shift()) {
      await pool.query(next);
      between();
    }
  }
  const results = await Promise.allSettled(Array.from({ length: AT_ONCE }, work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

function isIndex(statement: string): boolean {
  return statement.startsWith('create');
}

/** Whether it reads the whole table. */
function isLong(statement: string): boolean {
  return isIndex(statement) || statement.includes(' add constraint ');
}

async function missingStatements(
  client: pg.Pool | pg.ClientBase,
  { live, table }: TablePair,
): Promise<string[]> {
  const missing = partsMissing(await readShape(client, live), await readShape(client, table));
  return missing.flatMap((part) => statementFor(part, table) ?? []);
}

/** Undefined for what a table has from its beginning, or cannot be given: the switch then says that it lacks it. */
function statementFor({ kind, name, definition }: TablePart, table: string): string | undefined {
  switch (kind) {
    case 'index': {
      const [unique, method] = [
        definition.startsWith('unique'),
        definition.slice(definition.indexOf(' USING ')),
      ];
      return `create ${unique ? 'unique ' : ''}index ${pg.escapeIdentifier(name)} on ${table}${method}`;
    }
    case 'constraint':
      return `alter table ${table} add constraint ${pg.escapeIdentifier(name)} ${definition}`;
    case 'grant':
      return `grant ${definition} on ${table} to ${name}`;
    case 'option':
      return `alter table ${table} set (${name})`;
    case 'column':
    case 'trigger':
      return undefined;
  }
}

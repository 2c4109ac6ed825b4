import { withClient } from '@eventfleet/postgres';
import pg from 'pg';
import { withGenerationContext } from './generation-context.js';
import { LIVE_SCHEMA, schemaOf } from './generation.js';
import type { RebuildContext } from './rebuild-context.js';
import { requireReady } from './require-ready.js';
import { RebuildError } from './rebuild.errors.js';
import { saveComparison } from './rebuild-progress.js';
import { readShape } from './table-shape.js';
import { withLivePaused } from './with-live-paused.js';

/** A row that differs, by its key and the names of its columns: without data. */
export interface GenerationDifference {
  readonly table: string;
  /** As JSON, by column. */
  readonly key: string;
  readonly kind: 'only-live' | 'only-new' | 'differs';
  /** Those that differ; empty unless the row is in both. */
  readonly columns: readonly string[];
}

export interface Comparison {
  /** How many rows differ. */
  readonly differences: number;
  /** Some of them, of each table. */
  readonly examples: readonly GenerationDifference[];
}

export interface CompareOptions {
  /** Columns to leave out, as `table.column`; of a projection that has changed. */
  readonly notCompared?: readonly string[];
  /** At most so many examples of each table. */
  readonly examples?: number;
  readonly signal: AbortSignal;
}

/**
 * Compares the new generation with the live one, row by row, at one fixed checkpoint: both are brought to the same
 * offsets, and read in one snapshot. The projector waits only until the snapshot is taken. Versions are compared too;
 * the ids of events and what they added to counters only if the live row has an id, which rows of earlier releases have not.
 * @throws RebuildError `not-ready`, `not-caught-up`, `no-column`
 */
export async function compareGenerations(
  context: RebuildContext,
  { notCompared = [], examples = 20, signal }: CompareOptions,
): Promise<Comparison> {
  const { name, tables } = context.projection;
  await requireReady(context.readStore, name);
  return withGenerationContext(context, 'new', signal, async (generations) =>
    withClient(context.readStore, async (reader) => {
      try {
        await withLivePaused(generations, { allowAhead: false }, async () => {
          await reader.query('begin isolation level repeatable read, read only');
          // The snapshot is taken by the first query.
          await reader.query('select');
        });
        const parts = [];
        const comparisons = [];
        for (const table of tables) comparisons.push(await tableComparison(reader, name, table));
        comparisons.push(versionsComparison(name));
        for (const comparison of leaveOut(comparisons, notCompared)) {
          parts.push(await compareTable(reader, comparison, examples));
        }
        await reader.query('commit');
        const differences = parts.reduce((sum, part) => sum + part.differences, 0);
        await context.readStore.query(saveComparison(name, { differences, notCompared }));
        return { differences, examples: parts.flatMap((part) => part.examples) };
      } finally {
        await reader.query('rollback').catch(() => undefined);
      }
    }),
  );
}

/** Two tables, and how their rows are compared: `l` is the live row, `n` the new one. All of it is SQL. */
interface TableComparison {
  readonly table: string;
  readonly live: string;
  readonly other: string;
  readonly key: readonly string[];
  /** By column, whether it differs. */
  readonly differs: ReadonlyMap<string, string>;
}

async function tableComparison(
  client: pg.ClientBase,
  projection: string,
  table: string,
): Promise<TableComparison> {
  const live = `${LIVE_SCHEMA}.${pg.escapeIdentifier(table)}`;
  const other = `${schemaOf(projection, 'new')}.${pg.escapeIdentifier(table)}`;
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
     where indrelid = $1::regclass and indisprimary order by array_position(indkey::smallint[], attnum)`,
    [live],
  );
  const key = rows.map(({ name }) => name);
  const [ofLive, ofOther] = [await columnsOf(client, live), await columnsOf(client, other)];
  const shared = [...ofLive.keys()].filter((column) => ofOther.has(column) && !key.includes(column));
  return {
    table,
    live,
    other,
    key,
    differs: new Map(shared.map((column) => [column, differs(column, ofLive)])),
  };
}

async function columnsOf(client: pg.ClientBase, table: string): Promise<ReadonlyMap<string, string>> {
  const parts = await readShape(client, table);
  return new Map(
    parts.flatMap(({ kind, name, definition }) => (kind === 'column' ? [[name, definition] as const] : [])),
  );
}

function differs(column: string, definitions: ReadonlyMap<string, string>): string {
  const name = pg.escapeIdentifier(column);
  // json, as it was written, has no equality.
  const cast = /^json\b/.test(definitions.get(column) ?? '') ? '::text' : '';
  return `l.${name}${cast} is distinct from n.${name}${cast}`;
}

function versionsComparison(projection: string): TableComparison {
  const own = `where projection = ${pg.escapeLiteral(projection)}`;
  return {
    table: 'projection_versions',
    live: `(select * from ${LIVE_SCHEMA}.projection_versions ${own})`,
    other: `(select * from ${schemaOf(projection, 'new')}.projection_versions ${own})`,
    key: ['aggregate_id'],
    differs: new Map([
      ['version', 'l.version <> n.version'],
      ['parked', 'l.parked <> n.parked'],
      ['event_id', 'l.event_id <> n.event_id'],
      ['contribution', 'l.event_id is not null and l.contribution <> n.contribution'],
    ]),
  };
}

/** @throws RebuildError `no-column` for one that is not compared anyway: a misspelt one would look as if it were left out */
function leaveOut(
  comparisons: readonly TableComparison[],
  notCompared: readonly string[],
): readonly TableComparison[] {
  const known = new Set(comparisons.flatMap(({ table, differs: of }) => [...of.keys()].map((column) => `${table}.${column}`))); // prettier-ignore
  const unknown = notCompared.filter((column) => !known.has(column));
  if (unknown.length > 0) {
    throw new RebuildError(
      'no-column',
      `there is no column ${unknown.join(', ')} to leave out, only ${[...known].join(', ')}`,
    );
  }
  return comparisons.map((comparison) => ({
    ...comparison,
    differs: new Map(
      [...comparison.differs].filter(([column]) => !notCompared.includes(`${comparison.table}.${column}`)),
    ),
  }));
}

async function compareTable(
  client: pg.ClientBase,
  { table, live, other, key, differs: columns }: TableComparison,
  examples: number,
): Promise<Comparison> {
  const keyNames = key.map((column) => pg.escapeIdentifier(column));
  const first = keyNames[0]!;
  const keyPairs = key.map((column, index) => {
    const name = keyNames[index]!;
    return `${pg.escapeLiteral(column)}, coalesce(l.${name}, n.${name})`;
  });
  const names = [...columns].map(
    ([column, condition]) => `case when ${condition} then ${pg.escapeLiteral(column)} end`,
  );
  const { rows } = await client.query<{
    key: string;
    kind: GenerationDifference['kind'];
    columns: string[];
    total: number;
  }>(
    `select json_build_object(${keyPairs.join(', ')})::text as key,
            case when n.${first} is null then 'only-live' when l.${first} is null then 'only-new' else 'differs' end as kind,
            case when l.${first} is null or n.${first} is null then '{}'
                 else array_remove(array[${names.join(', ')}]::text[], null) end as columns,
            count(*) over ()::float8 as total
     from ${live} l full join ${other} n on ${keyNames.map((name) => `l.${name} = n.${name}`).join(' and ')}
     where l.${first} is null or n.${first} is null${[...columns.values()].map((each) => ` or ${each}`).join('')}
     limit $1`,
    [examples],
  );
  return {
    differences: rows[0]?.total ?? 0,
    examples: rows.map((row) => ({ table, key: row.key, kind: row.kind, columns: row.columns })),
  };
}

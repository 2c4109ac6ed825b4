import type pg from 'pg';

/** A part of a table's definition, in words that do not depend on its schema and name. */
export interface TablePart {
  readonly kind: 'column' | 'constraint' | 'index' | 'trigger' | 'grant' | 'option';
  readonly name: string;
  readonly definition: string;
}

/** The index of a constraint counts as its constraint. Definitions of triggers name their table, so no two are alike. */
const SHAPE = `
  select 'column' as kind, attname as name,
         concat_ws(' ', format_type(atttypid, atttypmod), case when attnotnull then 'not null' end,
                   nullif(attcollation::regcollation::text, '-'), nullif(attgenerated::text, ''),
                   nullif(attidentity::text, ''), pg_get_expr(adbin, adrelid)) as definition
  from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
  where attrelid = $1::regclass and attnum > 0 and not attisdropped
  union all
  select 'constraint', conname, pg_get_constraintdef(oid) from pg_constraint
  where conrelid = $1::regclass and contype in ('p', 'u', 'x', 'c', 'f')
  union all
  select 'index', relname, case when indisunique then 'unique' else '' end || substring(pg_get_indexdef(indexrelid) from ' USING .*')
  from pg_index join pg_class on pg_class.oid = indexrelid
  where indrelid = $1::regclass
    and not exists (select from pg_constraint where conindid = indexrelid and conrelid = indrelid)
  union all
  select 'trigger', tgname, pg_get_triggerdef(oid) from pg_trigger where tgrelid = $1::regclass and not tgisinternal
  union all
  select 'grant', case grantee when 0 then 'public' else quote_ident(grantee::regrole::text) end,
         string_agg(privilege_type, ', ' order by privilege_type)
  from pg_class, aclexplode(relacl) where oid = $1::regclass and grantee <> relowner group by grantee
  union all
  select 'option', option, '' from pg_class, unnest(reloptions) as option where oid = $1::regclass
  order by kind, name`;

/** @param table with its schema */
export async function readShape(client: pg.Pool | pg.ClientBase, table: string): Promise<TablePart[]> {
  const { rows } = await (client as pg.ClientBase).query<TablePart>(SHAPE, [table]);
  return rows;
}

/** The parts that the first shape has and the second has not, or has otherwise. */
export function partsMissing(of: readonly TablePart[], from: readonly TablePart[]): TablePart[] {
  const there = new Set(from.map(keyOf));
  return of.filter((part) => !there.has(keyOf(part)));
}

function keyOf({ kind, name, definition }: TablePart): string {
  return JSON.stringify([kind, name, definition]);
}

import { emailKey, type AggregateVersion } from '@eventfleet/contracts';
import { pipeline, type Statement, withPipelinedTransaction } from '@eventfleet/postgres';
import type pg from 'pg';
import {
  appliedColumns,
  notReflected,
  type AppliedColumns,
  type NotReflected,
} from '../../applied-version.query.js';
import { escapeLike } from './escape-like.js';
import type { UserView } from './user-view.js';

export interface UserFilter {
  /** Exact, without case. */
  readonly email?: string | undefined;
  /** A prefix, without case. */
  readonly name?: string | undefined;
  readonly status?: string | undefined;
}

/** A place in the list between two users. It stays where it is, whatever is inserted. */
export interface ListPosition {
  readonly createdAt: Date;
  readonly id: string;
}

export interface PageRequest {
  readonly limit: number;
  readonly after?: ListPosition | undefined;
}

export interface UserPage {
  /** Each a `UserView` as JSON. */
  readonly items: readonly string[];
  /** Where the next page starts; undefined at the end. */
  readonly next: ListPosition | undefined;
}

interface Row {
  readonly item: string;
}

/** A page of users, newest first. With a token, BEHIND or PARKED unless its command is reflected. */
export async function findUsers(
  pool: pg.Pool,
  filter: UserFilter,
  page: PageRequest,
  token: AggregateVersion | undefined,
): Promise<UserPage | NotReflected> {
  const select = selectPage(filter, page);
  if (!token) return toPage((await pool.query<Row>(select)).rows, page);
  return withPipelinedTransaction(pool, async (client) => {
    const snapshot = [
      'begin isolation level repeatable read read only',
      selectApplied(token.aggregateId),
      select,
      'commit',
    ];
    const [, applied, selected] = await pipeline(client, snapshot);
    const lag = notReflected(token, applied?.rows[0] as AppliedColumns | undefined);
    return lag ?? toPage((selected?.rows ?? []) as Row[], page);
  });
}

/** Postgres writes the JSON: a page is answered without reading its rows. */
export function selectPage({ email, name, status }: UserFilter, { limit, after }: PageRequest): Statement {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions: string[] = [];
  if (email !== undefined) conditions.push(`email_key = ${parameter(emailKey(email))}`);
  // Lower-cased by the database, as the column is: its idea of case may differ from JavaScript's.
  if (name !== undefined) conditions.push(`name_key like lower(${parameter(`${escapeLike(name)}%`)})`);
  if (status !== undefined) conditions.push(`status = ${parameter(status)}`);
  const isFiltered = conditions.length > 0;
  if (after) conditions.push(`(created_at, id) < (${parameter(after.createdAt)}, ${parameter(after.id)})`);
  const text = `
    select row_to_json(page)::text as item
    from (
      select id, name, email, status, version,
             ${rfc3339('created_at')} as "createdAt", ${rfc3339('updated_at')} as "updatedAt"
      from user_list
      ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
      order by created_at desc, id desc
      limit ${limit + 1}
    ) page`;
  // Which index serves a filter depends on its values: no plan is kept for it.
  return isFiltered
    ? { text, values }
    : { name: `find-users-${limit}${after ? '-after' : ''}`, text, values };
}

function rfc3339(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

function selectApplied(aggregateId: string): Statement {
  return {
    name: 'find-users-applied',
    text: `select ${appliedColumns('user-list', '$1')}`,
    values: [aggregateId],
  };
}

/** The row beyond the page only says that there is a next one. */
function toPage(rows: readonly Row[], { limit }: PageRequest): UserPage {
  const items = rows.slice(0, limit).map(({ item }) => item);
  return { items, next: rows.length > limit ? positionOf(items.at(-1)!) : undefined };
}

function positionOf(item: string): ListPosition {
  const { id, createdAt } = JSON.parse(item) as UserView;
  return { createdAt: new Date(createdAt), id };
}

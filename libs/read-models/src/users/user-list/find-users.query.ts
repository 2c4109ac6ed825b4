import { emailKey, type AggregateVersion } from '@eventfleet/contracts';
import type { DataSource, EntityManager } from 'typeorm';
import {
  appliedColumns,
  notReflected,
  type AppliedColumns,
  type NotReflected,
} from '../../applied-version.query.js';
import { escapeLike } from './escape-like.js';
import { UserListRow } from './user-list.table.js';
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
  readonly items: readonly UserView[];
  /** Where the next page starts; undefined at the end. */
  readonly next: ListPosition | undefined;
}

/** A page of users, newest first. With a token, BEHIND or PARKED unless its command is reflected. */
export async function findUsers(
  dataSource: DataSource,
  filter: UserFilter,
  page: PageRequest,
  token: AggregateVersion | undefined,
): Promise<UserPage | NotReflected> {
  if (!token) return selectPage(dataSource.manager, filter, page);
  return dataSource.transaction('REPEATABLE READ', async (manager) => {
    const applied = await selectApplied(manager, token.aggregateId);
    return notReflected(token, applied) ?? selectPage(manager, filter, page);
  });
}

async function selectPage(
  manager: EntityManager,
  filter: UserFilter,
  { limit, after }: PageRequest,
): Promise<UserPage> {
  const query = manager
    .createQueryBuilder(UserListRow, 'user')
    .orderBy('user.createdAt', 'DESC')
    .addOrderBy('user.id', 'DESC')
    .limit(limit + 1);
  const { email, name, status } = filter;
  if (email !== undefined) query.andWhere('user.emailKey = :email', { email: emailKey(email) });
  // Lower-cased by the database, as the column is: its idea of case may differ from JavaScript's.
  if (name !== undefined) query.andWhere('user.nameKey like lower(:name)', { name: `${escapeLike(name)}%` });
  if (status !== undefined) query.andWhere('user.status = :status', { status });
  if (after) query.andWhere('(user.createdAt, user.id) < (:createdAt, :id)', { ...after });
  const rows = await query.getMany();
  const items = rows.slice(0, limit);
  return { items: items.map(toView), next: rows.length > limit ? items.at(-1) : undefined };
}

async function selectApplied(
  manager: EntityManager,
  aggregateId: string,
): Promise<AppliedColumns | undefined> {
  const rows = await manager.query<AppliedColumns[]>(`select ${appliedColumns('user-list', '$1')}`, [
    aggregateId,
  ]);
  return rows[0];
}

function toView({ id, name, email, status, version, createdAt, updatedAt }: UserListRow): UserView {
  return {
    id,
    name,
    email,
    status,
    version,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  };
}

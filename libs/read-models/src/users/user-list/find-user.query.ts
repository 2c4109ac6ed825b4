import type { AggregateVersion } from '@eventfleet/contracts';
import { withArrayTexts } from '@eventfleet/postgres';
import type pg from 'pg';
import { notReflected, type AppliedColumns, type NotReflected } from '../../applied-version.query.js';
import type { UserView } from './user-view.js';

/** A user who is asked for, and the command that the answer must reflect. */
export interface AskedUser {
  readonly id: string;
  readonly token: AggregateVersion | undefined;
}

/** The user; undefined if there is none, or no longer. With a token, BEHIND or PARKED unless its command is reflected. */
export type FoundUser = UserView | undefined | NotReflected;

interface Row extends AppliedColumns {
  readonly id: string | null;
  readonly name: string;
  readonly email: string;
  readonly status: string;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/**
 * One statement, so that rows and applied versions come from one snapshot; one row for each who is asked for. A look into
 * the indexes for each: a join by a plan that was kept since the tables were small would read all of them.
 */
const STATEMENT = {
  name: 'find-users-by-id',
  text: `
    select u.id, u.name, u.email, u.status, u.version, u.created_at, u.updated_at,
           v.version as applied_version, v.parked as is_parked
    from unnest($1::uuid[], $2::uuid[]) with ordinality asked (id, token_id, place)
    left join lateral (select * from user_list where user_list.id = asked.id limit 1) u on true
    left join lateral (select version, parked from projection_versions
                       where projection = 'user-list' and aggregate_id = asked.token_id limit 1) v on true
    order by asked.place`,
};

/** Finds users in one round trip, in the order of the question. */
export async function findUsersById(
  store: pg.Pool | pg.ClientBase,
  asked: readonly AskedUser[],
): Promise<FoundUser[]> {
  const values = [asked.map(({ id }) => id), asked.map(({ token }) => token?.aggregateId ?? null)];
  const { rows } = await store.query<Row>(withArrayTexts({ ...STATEMENT, values }));
  return rows.map((row, place) => notReflected(asked[place]?.token, row) ?? toView(row));
}

/** Finds one user. */
export async function findUser(
  pool: pg.Pool,
  id: string,
  token: AggregateVersion | undefined,
): Promise<FoundUser> {
  const [found] = await findUsersById(pool, [{ id, token }]);
  return found;
}

function toView({ id, name, email, status, version, created_at, updated_at }: Row): UserView | undefined {
  if (id === null) return undefined;
  const times = { createdAt: created_at.toISOString(), updatedAt: updated_at.toISOString() };
  return { id, name, email, status, version, ...times };
}

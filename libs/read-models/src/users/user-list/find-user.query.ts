import type { AggregateVersion } from '@eventfleet/contracts';
import type pg from 'pg';
import {
  appliedColumns,
  notReflected,
  type AppliedColumns,
  type NotReflected,
} from '../../applied-version.query.js';
import type { UserView } from './user-view.js';

interface Row extends AppliedColumns {
  readonly id: string | null;
  readonly name: string;
  readonly email: string;
  readonly status: string;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** One statement, so that row and applied version come from one snapshot; always one row. */
const STATEMENT = {
  name: 'find-user',
  text: `
    select u.id, u.name, u.email, u.status, u.version, u.created_at, u.updated_at,
           ${appliedColumns('user-list', '$2')}
    from (values ($1::uuid)) asked (id)
    left join user_list u on u.id = asked.id`,
};

/** The user; undefined when there is none, or no longer. With a token, BEHIND or PARKED unless its command is reflected. */
export async function findUser(
  pool: pg.Pool,
  id: string,
  token: AggregateVersion | undefined,
): Promise<UserView | undefined | NotReflected> {
  const { rows } = await pool.query<Row>({ ...STATEMENT, values: [id, token?.aggregateId] });
  const row = rows[0];
  const lag = notReflected(token, row);
  if (lag) return lag;
  if (!row || row.id === null) return undefined;
  const { name, email, status, version, created_at, updated_at } = row;
  const times = { createdAt: created_at.toISOString(), updatedAt: updated_at.toISOString() };
  return { id: row.id, name, email, status, version, ...times };
}

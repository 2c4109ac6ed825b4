import type { ConsistencyToken } from '@eventfleet/contracts';
import type pg from 'pg';
import { appliedVersionOf, BEHIND } from '../../applied-version.query.js';
import type { UserView } from './user-view.js';

interface Row {
  readonly id: string | null;
  readonly name: string;
  readonly email: string;
  readonly status: string;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly applied_version: number | null;
}

/** One statement, so that row and applied version come from one snapshot; always one row. */
const STATEMENT = {
  name: 'get-user',
  text: `
    select u.id, u.name, u.email, u.status, u.version, u.created_at, u.updated_at,
           ${appliedVersionOf('user-list', '$2')} as applied_version
    from (values ($1::uuid)) asked (id)
    left join user_list u on u.id = asked.id`,
};

/** The user; undefined when there is none, or no longer. With a token, BEHIND unless the token's command is reflected. */
export async function getUser(
  pool: pg.Pool,
  id: string,
  token: ConsistencyToken | undefined,
): Promise<UserView | undefined | typeof BEHIND> {
  const { rows } = await pool.query<Row>({ ...STATEMENT, values: [id, token?.aggregateId] });
  const row = rows[0];
  if (token && (row?.applied_version ?? 0) < token.version) return BEHIND;
  if (!row || row.id === null) return undefined;
  const { name, email, status, version, created_at, updated_at } = row;
  const times = { createdAt: created_at.toISOString(), updatedAt: updated_at.toISOString() };
  return { id: row.id, name, email, status, version, ...times };
}

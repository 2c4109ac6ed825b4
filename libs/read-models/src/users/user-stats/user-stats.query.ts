import type { ConsistencyToken } from '@eventfleet/contracts';
import type pg from 'pg';
import { appliedVersionOf, BEHIND } from '../../applied-version.query.js';

export interface UserStatistics {
  /** Ever created: existing and deleted. */
  readonly total: number;
  readonly existing: number;
  readonly deleted: number;
  /** Days in UTC (`YYYY-MM-DD`), ascending; days without a new user are left out. */
  readonly createdPerDay: readonly { readonly day: string; readonly count: number }[];
}

interface Row {
  readonly total: number;
  readonly deleted: number;
  readonly created_per_day: readonly { readonly day: string; readonly count: number }[];
  readonly applied_version: number | null;
}

/** The counters are kept per partition and summed here, all in one snapshot. */
const STATEMENT = {
  name: 'user-stats',
  text: `
    select coalesce(sum(total), 0)::float8 as total,
           coalesce(sum(deleted), 0)::float8 as deleted,
           (select coalesce(json_agg(json_build_object('day', day, 'count', count) order by day), '[]')
            from (select day, sum(created) as count from user_stats_days group by day) days) as created_per_day,
           ${appliedVersionOf('user-stats', '$1')} as applied_version
    from user_stats`,
};

/** With a token, BEHIND unless the token's command is counted. */
export async function getUserStatistics(
  pool: pg.Pool,
  token: ConsistencyToken | undefined,
): Promise<UserStatistics | typeof BEHIND> {
  const { rows } = await pool.query<Row>({ ...STATEMENT, values: [token?.aggregateId] });
  const { total, deleted, created_per_day, applied_version } = rows[0]!;
  if (token && (applied_version ?? 0) < token.version) return BEHIND;
  return { total, existing: total - deleted, deleted, createdPerDay: created_per_day };
}

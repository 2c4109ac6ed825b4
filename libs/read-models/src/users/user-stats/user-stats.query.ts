import type { AggregateVersion } from '@eventfleet/contracts';
import type pg from 'pg';
import {
  appliedColumns,
  notReflected,
  type AppliedColumns,
  type NotReflected,
} from '../../applied-version.query.js';

export interface UserStatistics {
  /** Ever created: existing and deleted. */
  readonly total: number;
  readonly existing: number;
  readonly deleted: number;
  /** Days in UTC (`YYYY-MM-DD`), ascending; days without a new user are left out. */
  readonly createdPerDay: readonly { readonly day: string; readonly count: number }[];
}

interface Row extends AppliedColumns {
  readonly total: number;
  readonly deleted: number;
  readonly created_per_day: readonly { readonly day: string; readonly count: number }[];
}

/** The counters are kept per partition and summed here, all in one snapshot. */
const STATEMENT = {
  name: 'user-stats',
  text: `
    select coalesce(sum(total), 0)::float8 as total,
           coalesce(sum(deleted), 0)::float8 as deleted,
           (select coalesce(json_agg(json_build_object('day', day, 'count', count) order by day), '[]')
            from (select day, sum(created) as count from user_stats_days group by day having sum(created) > 0) days) as created_per_day,
           ${appliedColumns('user-stats', '$1')}
    from user_stats`,
};

/** With a token, BEHIND or PARKED unless its command is counted. */
export async function readUserStatistics(
  pool: pg.Pool,
  token: AggregateVersion | undefined,
): Promise<UserStatistics | NotReflected> {
  const { rows } = await pool.query<Row>({ ...STATEMENT, values: [token?.aggregateId] });
  const lag = notReflected(token, rows[0]);
  if (lag) return lag;
  const { total, deleted, created_per_day } = rows[0]!;
  return { total, existing: total - deleted, deleted, createdPerDay: created_per_day };
}

import type { Statement } from '@eventfleet/postgres';

export function addToTotals(partition: number, created: number, deleted: number): Statement {
  return {
    name: 'add-to-user-stats',
    text: `insert into user_stats (partition, total, deleted) values ($1, $2, $3)
           on conflict (partition) do update set
             total = user_stats.total + excluded.total, deleted = user_stats.deleted + excluded.deleted`,
    values: [partition, created, deleted],
  };
}

export function addToDays(partition: number, createdPerDay: ReadonlyMap<string, number>): Statement {
  return {
    name: 'add-to-user-stats-days',
    text: `insert into user_stats_days (partition, day, created)
           select $1, * from unnest($2::date[], $3::bigint[])
           on conflict (partition, day) do update set created = user_stats_days.created + excluded.created`,
    values: [partition, [...createdPerDay.keys()], [...createdPerDay.values()]],
  };
}

/** Every counter by its name: `total`, `deleted`, or the day whose new users it counts. */
export const READ_COUNTERS: Statement = {
  name: 'read-user-stats',
  text: `select partition, 'total' as counter, total as value from user_stats
         union all select partition, 'deleted', deleted from user_stats
         union all select partition, to_char(day, 'YYYY-MM-DD'), created from user_stats_days`,
  values: [],
};

import type { Statement } from '@eventfleet/postgres';

/** What is added to the counters of a partition. */
export interface AddedTotals {
  readonly partition: number;
  readonly created: number;
  readonly deleted: number;
}

/** How many users more a partition counts for a UTC day, `YYYY-MM-DD`. */
export interface AddedToDay {
  readonly partition: number;
  readonly day: string;
  readonly created: number;
}

/** @param added each of another partition */
export function addToTotals(added: readonly AddedTotals[]): Statement {
  return {
    name: 'add-to-user-stats',
    text: `insert into user_stats (partition, total, deleted)
           select * from unnest($1::integer[], $2::bigint[], $3::bigint[])
           on conflict (partition) do update set
             total = user_stats.total + excluded.total, deleted = user_stats.deleted + excluded.deleted`,
    values: [
      added.map(({ partition }) => partition),
      added.map(({ created }) => created),
      added.map(({ deleted }) => deleted),
    ],
  };
}

/** @param added each of another partition or day */
export function addToDays(added: readonly AddedToDay[]): Statement {
  return {
    name: 'add-to-user-stats-days',
    text: `insert into user_stats_days (partition, day, created)
           select * from unnest($1::integer[], $2::date[], $3::bigint[])
           on conflict (partition, day) do update set created = user_stats_days.created + excluded.created`,
    values: [
      added.map(({ partition }) => partition),
      added.map(({ day }) => day),
      added.map(({ created }) => created),
    ],
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

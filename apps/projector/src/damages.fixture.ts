/** What somebody does to the read store by hand, and what has to be found then. */
export interface Damage {
  readonly name: string;
  /** SQL; `$1` is a user with three events, `$2` a deleted one. */
  readonly sql: readonly string[];
  readonly found: readonly string[];
}

export const damages: readonly Damage[] = [
  {
    name: 'a row that was changed by hand',
    sql: [`update user_list set name = 'Eve', status = 'pending' where id = $1`],
    found: ['user-list changed-row name status done'],
  },
  {
    name: 'a time that was changed by a millisecond',
    sql: [`update user_list set updated_at = updated_at + interval '1 ms' where id = $1`],
    found: ['user-list changed-row updated_at done'],
  },
  {
    name: 'a row that was deleted by hand',
    sql: ['delete from user_list where id = $1'],
    found: ['user-list missing-row done'],
  },
  {
    name: 'a row of a user whom the store never had',
    sql: [
      `insert into user_list (id, name, email, email_key, status, version, created_at, updated_at)
       values (gen_random_uuid(), 'Eve', 'e@x', 'e@x', 'active', 1, now(), now())`,
    ],
    found: ['user-list unexpected-row done'],
  },
  {
    name: 'a row of a user who was deleted',
    sql: [
      `insert into user_list (id, name, email, email_key, status, version, created_at, updated_at)
       values ($2, 'Eve', 'e@x', 'e@x', 'active', 1, now(), now())`,
    ],
    found: ['user-list unexpected-row done'],
  },
  {
    name: 'a version of a user whom the store never had',
    sql: [
      `insert into projection_versions (projection, aggregate_id, version)
       values ('user-stats', gen_random_uuid(), 2)`,
    ],
    found: ['user-stats other-event done'],
  },
  {
    name: 'a version that was set back',
    sql: [`update projection_versions set version = 1 where aggregate_id = $1`],
    found: ['user-list other-event done', 'user-stats other-event done'],
  },
  {
    name: 'a version that was deleted',
    sql: [`delete from projection_versions where aggregate_id = $1 and projection = 'user-list'`],
    found: ['user-list unexpected-row done'],
  },
  {
    name: 'a total that was changed by hand',
    sql: [
      'update user_stats set total = total + 5 where partition = (select min(partition) from user_stats)',
    ],
    found: ['user-stats counter done'],
  },
  {
    name: 'days that were deleted',
    sql: ['delete from user_stats_days'],
    found: ['user-stats counter done'],
  },
  {
    name: 'a contribution to the counters that was changed',
    sql: [
      `update projection_versions set contribution = '2020-01-01' where aggregate_id = $2 and contribution <> ''`,
    ],
    found: ['user-stats other-contribution done', 'user-stats counter done'],
  },
  {
    name: 'a user of whom all was deleted',
    sql: ['delete from user_list where id = $1', 'delete from projection_versions where aggregate_id = $1'],
    found: ['user-list not-applied done', 'user-stats not-applied done', 'user-stats counter done'],
  },
];

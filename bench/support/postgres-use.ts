import { withClient } from '@eventfleet/testing';
import { figure } from './format.ts';

/** What a Postgres server has done so far, all of its databases. */
export interface PostgresUse {
  readonly walBytes: number;
  /** Whole pages in the WAL: the first change of each after a checkpoint. */
  readonly walPageImages: number;
  readonly walFlushes: number;
  readonly transactionIds: number;
}

export async function readPostgresUse(url: string): Promise<PostgresUse> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<PostgresUse>(
      `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as "walBytes",
         (select wal_fpi::float8 from pg_stat_wal) as "walPageImages",
         (select sum(fsyncs)::float8 from pg_stat_io where object = 'wal') as "walFlushes",
         pg_snapshot_xmax(pg_current_snapshot())::text::float8 as "transactionIds"`,
    );
    return rows[0]!;
  });
}

/** What was used between two readings, for each of so many commands. */
export function describeUse(before: PostgresUse, after: PostgresUse, commands: number): string {
  const each = (name: keyof PostgresUse) => figure((after[name] - before[name]) / commands);
  return [
    `${each('walBytes')} bytes of WAL`,
    `${each('walPageImages')} page images`,
    `${each('walFlushes')} flushes`,
    `${each('transactionIds')} transaction ids`,
  ].join(', ');
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Gives each projection a partition of its own for its versions, so that a rebuild can put another one in its place. A
 * projection without one keeps its versions in the default partition, and cannot be rebuilt.
 */
export class PartitionVersions1764000000006 implements MigrationInterface {
  readonly name = 'PartitionVersions1764000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table projection_versions rename to projection_versions_default`);
    await runner.query(`
      alter table projection_versions_default
        rename constraint projection_versions_pkey to projection_versions_default_pkey`);
    await runner.query(`
      create table projection_versions (like projection_versions_default including defaults)
        partition by list (projection)`);
    await runner.query(`alter table projection_versions add primary key (projection, aggregate_id)`);
    await runner.query(`
      alter table projection_versions attach partition projection_versions_default default`);
    // At most one row a projection: the generation that is built beside the live one.
    await runner.query(`
      create table projection_rebuilds (
        projection text primary key,
        phase text not null,
        expected_events bigint not null default 0,
        events bigint not null default 0,
        last_aggregate uuid,
        events_per_second double precision,
        records_left bigint,
        started_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        compared_at timestamptz,
        differences bigint,
        not_compared text[] not null default '{}'
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table projection_rebuilds`);
    await runner.query(`create table unpartitioned (like projection_versions including defaults)`);
    await runner.query(`insert into unpartitioned select * from projection_versions`);
    await runner.query(`drop table projection_versions`);
    await runner.query(`alter table unpartitioned rename to projection_versions`);
    await runner.query(`alter table projection_versions add primary key (projection, aggregate_id)`);
  }
}

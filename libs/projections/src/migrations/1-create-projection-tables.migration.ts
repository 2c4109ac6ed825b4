import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProjectionTables1764000000001 implements MigrationInterface {
  readonly name = 'CreateProjectionTables1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table projection_checkpoints (
        projection text not null,
        topic text not null,
        partition integer not null,
        next_offset bigint not null default 0,
        cluster_id text not null default '',
        topic_id text not null default '',
        updated_at timestamptz not null default now(),
        primary key (projection, topic, partition)
      )`);
    await runner.query(`
      create table projection_versions (
        projection text not null,
        aggregate_id uuid not null,
        version integer not null,
        primary key (projection, aggregate_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table projection_versions, projection_checkpoints`);
  }
}

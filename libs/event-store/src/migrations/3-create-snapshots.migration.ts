import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSnapshots1764000000003 implements MigrationInterface {
  readonly name = 'CreateSnapshots1764000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table snapshots (
        aggregate_type text not null,
        aggregate_id uuid not null,
        version integer not null,
        schema_version integer not null,
        state json not null,
        primary key (aggregate_type, aggregate_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table snapshots`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRowVerifications1764000000008 implements MigrationInterface {
  readonly name = 'CreateRowVerifications1764000000008';

  async up(runner: QueryRunner): Promise<void> {
    // How far the verification of each projection has come. A page is claimed by one process at a time, for a while.
    await runner.query(`
      create table row_verifications (
        projection text primary key,
        last_key uuid,
        checked bigint not null default 0,
        pass_started_at timestamptz,
        last_pass_checked bigint,
        last_pass_seconds double precision,
        last_pass_ended_at timestamptz,
        next_page_at timestamptz not null default '-infinity',
        claim uuid,
        claimed_until timestamptz not null default '-infinity',
        counter_mends bigint not null default 0
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table row_verifications`);
  }
}

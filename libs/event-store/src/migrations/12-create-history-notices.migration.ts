import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateHistoryNotices1764000000012 implements MigrationInterface {
  readonly name = 'CreateHistoryNotices1764000000012';

  async up(runner: QueryRunner): Promise<void> {
    // What a comparison changed and has not announced yet: the announcement, and the events, are to be published again.
    await runner.query(`
      create table history_notices (
        number bigint generated always as identity primary key,
        notice json not null
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table history_notices`);
  }
}

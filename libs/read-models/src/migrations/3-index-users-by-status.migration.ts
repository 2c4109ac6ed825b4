import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexUsersByStatus1764000000009 implements MigrationInterface {
  readonly name = 'IndexUsersByStatus1764000000009';

  async up(runner: QueryRunner): Promise<void> {
    // By status alone, newest first, and by status with the beginning of the name. An email alone leaves few rows.
    await runner.query(`create index user_list_status on user_list (status, created_at desc, id desc)`);
    await runner.query(`create index user_list_status_name on user_list (status, name_key text_pattern_ops)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index user_list_status, user_list_status_name`);
  }
}

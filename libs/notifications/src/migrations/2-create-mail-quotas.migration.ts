import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateMailQuotas1764000000102 implements MigrationInterface {
  readonly name = 'CreateMailQuotas1764000000102';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table notifier.mail_quotas (
        recipient text primary key,
        used float8 not null,
        counted_at timestamptz not null
      )`);
    await runner.query(`create index mail_quotas_age on notifier.mail_quotas (counted_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table notifier.mail_quotas`);
  }
}

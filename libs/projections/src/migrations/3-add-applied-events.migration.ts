import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddAppliedEvents1764000000005 implements MigrationInterface {
  readonly name = 'AddAppliedEvents1764000000005';

  async up(runner: QueryRunner): Promise<void> {
    // Null for a version that an earlier release has applied.
    await runner.query(`
      alter table projection_versions
        add column event_id uuid,
        add column contribution text not null default ''`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table projection_versions drop column event_id, drop column contribution`);
  }
}

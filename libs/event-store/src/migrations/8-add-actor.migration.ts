import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddActor1764000000008 implements MigrationInterface {
  readonly name = 'AddActor1764000000008';

  async up(runner: QueryRunner): Promise<void> {
    // Null for events of before, and if nobody had to say who asks.
    await runner.query(`alter table events add column actor text`);
    await runner.query(`alter table history_replaced add column actor text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table history_replaced drop column actor`);
    await runner.query(`alter table events drop column actor`);
  }
}

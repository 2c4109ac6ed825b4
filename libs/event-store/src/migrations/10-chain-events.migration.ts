import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ChainEvents1764000000010 implements MigrationInterface {
  readonly name = 'ChainEvents1764000000010';

  async up(runner: QueryRunner): Promise<void> {
    // Null for events of before: a chain begins with the first event that has a hash. No row is rewritten.
    await runner.query(`alter table events add column hash bytea`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table events drop column hash`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddActor1764000000006 implements MigrationInterface {
  readonly name = 'AddActor1764000000006';

  async up(runner: QueryRunner): Promise<void> {
    // The same code reads the tail of events. Always null here: who sends a command is said by its token alone.
    await runner.query(`alter table outbox add column actor text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table outbox drop column actor`);
  }
}

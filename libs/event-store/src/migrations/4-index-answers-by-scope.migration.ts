import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexAnswersByScope1764000000004 implements MigrationInterface {
  readonly name = 'IndexAnswersByScope1764000000004';

  async up(runner: QueryRunner): Promise<void> {
    // Scopes are kept for different times: of a range of blocks, a brin index cannot tell the old ones of one scope.
    await runner.query(`create index answers_scope_age on idempotency.answers (scope, answered_at)`);
    await runner.query(`drop index idempotency.answers_age`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`create index answers_age on idempotency.answers using brin (answered_at)`);
    await runner.query(`drop index idempotency.answers_scope_age`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOperatorActions1764000000001 implements MigrationInterface {
  readonly name = 'CreateOperatorActions1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    // Written before an action begins, and again at its end: an action without an outcome was interrupted.
    await runner.query(`
      create table actions (
        id bigint generated always as identity primary key,
        started_at timestamptz(3) not null default clock_timestamp(),
        ended_at timestamptz(3),
        actor text,
        face text not null,
        action text not null,
        target json not null,
        correlation_id text not null,
        outcome text check (outcome in ('done', 'refused', 'failed')),
        result json
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table actions`);
  }
}

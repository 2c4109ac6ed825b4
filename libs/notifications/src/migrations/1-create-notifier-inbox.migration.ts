import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateNotifierInbox1764000000101 implements MigrationInterface {
  readonly name = 'CreateNotifierInbox1764000000101';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create schema notifier`);
    // Kept for ever: the relay may publish everything again, years later.
    await runner.query(`
      create table notifier.inbox (
        event_id uuid not null,
        mail text not null,
        status text not null check (status in ('sending', 'waiting', 'sent', 'failing', 'failed')),
        claim uuid not null,
        claimed_until timestamptz not null,
        attempts integer not null default 1,
        unknown_outcomes integer not null default 0,
        reason text,
        first_claimed_at timestamptz not null default clock_timestamp(),
        settled_at timestamptz,
        primary key (event_id, mail)
      )`);
    await runner.query(`create index inbox_unsettled on notifier.inbox (status) where status <> 'sent'`);
    await runner.query(`
      create table notifier.origin (
        only_row boolean primary key default true check (only_row),
        global_position bigint not null,
        made_at timestamptz not null default now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop schema notifier cascade`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateHistory1764000000005 implements MigrationInterface {
  readonly name = 'CreateHistory1764000000005';

  async up(runner: QueryRunner): Promise<void> {
    // Which server, and which of its timelines, was last compared with what was published. A restored or promoted server
    // has another timeline. The generation changes whenever events were put in or replaced other than by a command.
    await runner.query(`
      create table history (
        only_row boolean primary key default true check (only_row),
        system_identifier text not null,
        timeline bigint not null,
        generation bigint not null default 0
      )`);
    await runner.query(`
      insert into history (system_identifier, timeline)
      select system_identifier::text,
             ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint
      from pg_control_system()`);
    // Published events that the store lost, and that contradict what it has.
    await runner.query(`
      create table history_conflicts (
        event_id uuid primary key,
        aggregate_type text not null,
        aggregate_id uuid not null,
        version integer not null,
        event json not null,
        reason text not null,
        found_at timestamptz not null default now(),
        mark text check (mark in ('keep', 'adopt')),
        resolution text check (resolution in ('kept', 'adopted')),
        resolved_at timestamptz
      )`);
    await runner.query(`
      create index history_conflicts_open on history_conflicts (aggregate_type, aggregate_id, version)
      where resolution is null`);
    // What an operator had replaced by published events.
    await runner.query(
      `create table history_replaced (like events, replaced_at timestamptz not null default now())`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table history_replaced, history_conflicts, history`);
  }
}

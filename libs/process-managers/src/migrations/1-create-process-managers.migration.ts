import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProcessManagers1764000000004 implements MigrationInterface {
  readonly name = 'CreateProcessManagers1764000000004';

  async up(runner: QueryRunner): Promise<void> {
    // Ids are sorted by bytes, as in JavaScript, so that everybody locks and inserts them in the same order.
    // The state is json, not jsonb: it is kept as it was written, and takes every character.
    await runner.query(`
      create table instances (
        process_manager text not null,
        instance_id text collate "C" not null,
        state json,
        sent integer not null default 0,
        primary key (process_manager, instance_id)
      )`);
    // Those that have ended stay, to remember their numbers: they are not to be counted one by one.
    await runner.query(`create index instances_live on instances (process_manager) where state is not null`);
    await runner.query(`
      create table timers (
        process_manager text not null,
        instance_id text collate "C" not null,
        name text not null,
        due_at timestamptz(3) not null,
        fires_at timestamptz(3) not null,
        failures integer not null default 0,
        correlation_id text not null,
        traceparent text not null,
        primary key (process_manager, instance_id, name),
        foreign key (process_manager, instance_id) references instances
      )`);
    await runner.query(`create index timers_due on timers (process_manager, fires_at)`);
    // The columns of the event store's events, as the same code reads their tail. Versions count an instance's commands,
    // and two instances may send to one aggregate.
    await runner.query(`
      create table outbox (
        global_position bigint generated always as identity,
        transaction_id xid8 not null default pg_current_xact_id(),
        event_id uuid primary key,
        aggregate_type text not null,
        aggregate_id uuid not null,
        version integer not null check (version > 0),
        event_type text not null,
        schema_version smallint not null,
        data json not null,
        occurred_at timestamptz(3) not null default clock_timestamp(),
        correlation_id text not null,
        causation_id text not null,
        traceparent text not null
      )`);
    await runner.query(`create unique index outbox_tail on outbox (transaction_id, global_position)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table outbox, timers, instances`);
  }
}

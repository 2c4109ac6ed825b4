import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateEventStore1764000000001 implements MigrationInterface {
  readonly name = 'CreateEventStore1764000000001';

  async up(runner: QueryRunner): Promise<void> {
    // `data` is json, not jsonb: the text is kept as it was written and sent on without being parsed again.
    await runner.query(`
      create table events (
        global_position bigint generated always as identity,
        transaction_id xid8 not null default pg_current_xact_id(),
        event_id uuid not null,
        aggregate_type text not null,
        aggregate_id uuid not null,
        version integer not null check (version > 0),
        event_type text not null,
        schema_version smallint not null,
        data json not null,
        occurred_at timestamptz(3) not null,
        correlation_id text not null,
        causation_id text not null,
        traceparent text not null,
        primary key (aggregate_type, aggregate_id, version)
      )`);
    await runner.query(`create unique index events_tail on events (transaction_id, global_position)`);
    await runner.query(`
      create table claims (
        scope text not null,
        key text not null,
        aggregate_id uuid not null,
        primary key (scope, key)
      )`);
    await runner.query(`create schema idempotency`);
    await runner.query(`
      create table idempotency.answers (
        scope text not null,
        key text not null,
        fingerprint text not null,
        answer json not null,
        answered_at timestamptz not null default now(),
        primary key (scope, key)
      )`);
    await runner.query(`create index answers_age on idempotency.answers using brin (answered_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop schema idempotency cascade`);
    await runner.query(`drop table claims, events`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateParkedEvents1764000000003 implements MigrationInterface {
  readonly name = 'CreateParkedEvents1764000000003';

  async up(runner: QueryRunner): Promise<void> {
    // Beside the version, so that who reads one has the other: a key is parked or not at no extra look.
    await runner.query(`alter table projection_versions add column parked boolean not null default false`);
    // The headers are json, not jsonb: that keeps them as they came, and takes every character.
    await runner.query(`
      create table parked_events (
        projection text not null,
        key text not null,
        sequence bigint not null generated always as identity,
        topic text not null,
        partition integer not null,
        record_offset bigint not null,
        record_time bigint not null,
        record_key bytea,
        value bytea,
        headers json not null,
        error_code text,
        error_message text,
        attempts integer not null default 0,
        parked_at timestamptz not null default now(),
        mark text check (mark in ('retry', 'discard')),
        primary key (projection, key, sequence)
      )`);
    await runner.query(`
      create index parked_events_marked on parked_events (projection, topic, partition) where mark is not null`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table parked_events`);
    await runner.query(`alter table projection_versions drop column parked`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePersonalData1764000000009 implements MigrationInterface {
  readonly name = 'CreatePersonalData1764000000009';

  async up(runner: QueryRunner): Promise<void> {
    // A row without a key is a fence: the aggregate had one, or could have had one, and never gets one again.
    await runner.query(`
      create table personal_data_keys (
        aggregate_type text not null,
        aggregate_id uuid not null,
        kid text not null,
        wrapped text,
        created_at timestamptz not null default now(),
        erased_at timestamptz,
        primary key (aggregate_type, aggregate_id),
        check ((wrapped is null) = (erased_at is not null))
      )`);
    // What every aggregate shares, wrapped as keys are.
    await runner.query(`
      create table personal_data_secrets (
        name text primary key,
        wrapped text not null
      )`);
    await runner.query(`
      create table erasures (
        erasure_id uuid primary key,
        aggregate_type text not null,
        aggregate_id uuid not null,
        requested_at timestamptz(3) not null default now(),
        completed_at timestamptz(3),
        unique (aggregate_type, aggregate_id)
      )`);
    await runner.query(`create index erasures_running on erasures (requested_at) where completed_at is null`);
    // What was done about each place that had a copy.
    await runner.query(`
      create table erasure_places (
        erasure_id uuid not null references erasures,
        place text not null,
        outcome text not null,
        count bigint not null,
        at timestamptz(3) not null default now(),
        primary key (erasure_id, place)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table claims drop constraint if exists claims_hashed`);
    await runner.query(`drop table erasure_places, erasures, personal_data_secrets, personal_data_keys`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateUserReadModels1764000000002 implements MigrationInterface {
  readonly name = 'CreateUserReadModels1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table user_list (
        id uuid primary key,
        name text not null,
        name_key text not null generated always as (lower(name)) stored,
        email text not null,
        email_key text not null,
        status text not null,
        version integer not null,
        created_at timestamptz(3) not null,
        updated_at timestamptz(3) not null
      )`);
    // One for each way to look: newest first, by exact email, by the beginning of the name.
    // Emails are not unique here: one passes from a deleted user to a new one across partitions, in any order.
    await runner.query(`create index user_list_newest on user_list (created_at desc, id desc)`);
    await runner.query(`create index user_list_email on user_list (email_key)`);
    await runner.query(`create index user_list_name on user_list (name_key text_pattern_ops)`);
    // Counters are kept per partition, so that partitions do not wait for each other.
    await runner.query(`
      create table user_stats (
        partition integer primary key,
        total bigint not null,
        deleted bigint not null
      )`);
    await runner.query(`
      create table user_stats_days (
        partition integer not null,
        day date not null,
        created bigint not null,
        primary key (partition, day)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table user_stats_days, user_stats, user_list`);
  }
}

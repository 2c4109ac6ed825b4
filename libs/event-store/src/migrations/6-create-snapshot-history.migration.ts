import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateSnapshotHistory1764000000006 implements MigrationInterface {
  readonly name = 'CreateSnapshotHistory1764000000006';

  async up(runner: QueryRunner): Promise<void> {
    // Beside `snapshots`, which keeps the newest state of a stream: copies of an older release go on writing that one.
    await runner.query(`
      create table snapshot_history (
        aggregate_type text not null,
        aggregate_id uuid not null,
        version integer not null,
        schema_version integer not null,
        state json not null,
        primary key (aggregate_type, aggregate_id, version)
      )`);
    // Up to where in the tail no snapshot is missing; a new schema version starts over.
    await runner.query(`
      create table snapshot_progress (
        aggregate_type text not null,
        schema_version integer not null,
        transaction_id xid8 not null,
        global_position bigint not null,
        primary key (aggregate_type, schema_version)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table snapshot_progress, snapshot_history`);
  }
}

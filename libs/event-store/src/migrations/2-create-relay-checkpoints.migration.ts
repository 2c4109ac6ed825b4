import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateRelayCheckpoints1764000000002 implements MigrationInterface {
  readonly name = 'CreateRelayCheckpoints1764000000002';

  async up(runner: QueryRunner): Promise<void> {
    // Lease and checkpoint share a row: whoever writes the checkpoint proves in the same statement that it may.
    await runner.query(`
      create table relay_checkpoints (
        relay text primary key,
        epoch bigint not null default 0,
        holder text not null default '',
        lease_until timestamptz not null default '-infinity',
        transaction_id xid8 not null default '0',
        global_position bigint not null default 0,
        system_identifier text,
        target_state json
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table relay_checkpoints`);
  }
}

import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexEventsByCause1764000000007 implements MigrationInterface {
  readonly name = 'IndexEventsByCause1764000000007';

  async up(runner: QueryRunner): Promise<void> {
    // A summary of each range of blocks, made when the table is vacuumed and not by appends. Ids of events ascend with
    // time; a correlation id may be anything.
    await runner.query(
      `create index events_cause on events using brin (event_id, correlation_id text_bloom_ops)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index events_cause`);
  }
}

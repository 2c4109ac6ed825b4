import { addVersionsPartition } from '@eventfleet/projections';
import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PartitionUserVersions1764000000007 implements MigrationInterface {
  readonly name = 'PartitionUserVersions1764000000007';

  async up(runner: QueryRunner): Promise<void> {
    await addVersionsPartition(runner, 'user-list');
    await addVersionsPartition(runner, 'user-stats');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const partition of ['projection_versions_user_list', 'projection_versions_user_stats']) {
      await runner.query(`alter table projection_versions detach partition ${partition}`);
      await runner.query(`insert into projection_versions select * from ${partition}`);
      await runner.query(`drop table ${partition}`);
    }
  }
}

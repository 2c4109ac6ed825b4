import type { QueryRunner } from 'typeorm';

/** The table of a projection's versions: `projection_versions_user_list` for `user-list`. */
export function versionsPartition(projection: string): string {
  return `projection_versions_${projection.replaceAll('-', '_')}`;
}

/**
 * For the migration of a read model: gives a projection a partition of its own for its versions, and moves there what
 * it has in the default one. Its check lets a rebuild attach another partition without reading it.
 * @param projection its name: lower-case letters, digits and dashes
 */
export async function addVersionsPartition(runner: QueryRunner, projection: string): Promise<void> {
  const partition = versionsPartition(projection);
  await runner.query(`
    create table ${partition} (
      like projection_versions including defaults,
      constraint ${partition}_check check (projection = '${projection}')
    )`);
  await runner.query(
    `with moved as (delete from projection_versions where projection = $1 returning *)
     insert into ${partition} select * from moved`,
    [projection],
  );
  await runner.query(`alter table ${partition} add primary key (projection, aggregate_id)`);
  await runner.query(`
    alter table projection_versions attach partition ${partition} for values in ('${projection}')`);
}

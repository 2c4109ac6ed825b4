import type pg from 'pg';

/** The answer of a query whose snapshot does not reflect the client's last command yet. */
export const BEHIND = Symbol('behind');

/** Selects the version of the aggregate `$n` that a projection has applied, null for none: for use inside a query. */
export function appliedVersionOf(projection: string, parameter: `$${number}`): string {
  return `(select version from projection_versions where projection = '${projection}' and aggregate_id = ${parameter})`;
}

const APPLIED_VERSIONS = {
  name: 'applied-versions',
  text: `select aggregate_id as id, version from projection_versions where projection = $1 and aggregate_id = any($2::uuid[])`,
};

/** The versions that a projection has applied, by aggregate id; an aggregate it has never seen is absent. */
export async function appliedVersions(
  pool: pg.Pool,
  projection: string,
  aggregateIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ id: string; version: number }>({
    ...APPLIED_VERSIONS,
    values: [projection, aggregateIds],
  });
  return new Map(rows.map(({ id, version }) => [id, version]));
}

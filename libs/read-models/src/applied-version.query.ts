import type { AggregateVersion } from '@eventfleet/contracts';
import type pg from 'pg';

/** The answer of a query whose snapshot does not reflect the client's last command yet. */
export const BEHIND = Symbol('behind');

/** As BEHIND, and it will not by itself: an event of that aggregate waits until an operator acts. */
export const PARKED = Symbol('parked');

export type NotReflected = typeof BEHIND | typeof PARKED;

/** How far a projection has come with an aggregate. */
export interface AppliedVersion {
  readonly version: number;
  /** Whether its next events wait, because one of them cannot be applied. */
  readonly isParked: boolean;
}

/** What `appliedColumns` selects; both null for an aggregate that the projection has never seen. */
export interface AppliedColumns {
  readonly applied_version: number | null;
  readonly is_parked: boolean | null;
}

/** Selects how far a projection has come with the aggregate `$n`, as two columns: for use inside a query. */
export function appliedColumns(projection: string, parameter: `$${number}`): string {
  const from = `from projection_versions where projection = '${projection}' and aggregate_id = ${parameter}`;
  return `(select version ${from}) as applied_version, (select parked ${from}) as is_parked`;
}

/** Why a snapshot does not reflect the token's command; undefined where it does. */
export function notReflected(
  token: AggregateVersion | undefined,
  columns: AppliedColumns | undefined,
): NotReflected | undefined {
  if (!token || (columns?.applied_version ?? 0) >= token.version) return undefined;
  return columns?.is_parked ? PARKED : BEHIND;
}

const APPLIED_VERSIONS = {
  name: 'applied-versions',
  text: `select aggregate_id as id, version, parked as "isParked" from projection_versions
         where projection = $1 and aggregate_id = any($2::uuid[])`,
};

/** How far a projection has come, by aggregate id; an aggregate it has never seen is absent. */
export async function appliedVersions(
  pool: pg.Pool,
  projection: string,
  aggregateIds: readonly string[],
): Promise<ReadonlyMap<string, AppliedVersion>> {
  const { rows } = await pool.query<AppliedVersion & { id: string }>({
    ...APPLIED_VERSIONS,
    values: [projection, aggregateIds],
  });
  return new Map(rows.map(({ id, version, isParked }) => [id, { version, isParked }]));
}

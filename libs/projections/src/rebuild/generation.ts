/** A generation of a projection beside the live one: the one that is built, and the one that was live before. */
export type GenerationName = 'new' | 'previous';

/** Where the live tables are. */
export const LIVE_SCHEMA = 'public';

/** What a transaction makes after it belongs to the owner of the live tables, whoever rebuilds. */
export const ACT_AS_OWNER = `select set_config('role', pg_get_userbyid(relowner), true) from pg_class
  where oid = '${LIVE_SCHEMA}.projection_checkpoints'::regclass`;

const PREFIXES: Readonly<Record<GenerationName, string>> = { new: 'rebuild', previous: 'previous' };

/**
 * The schema of a generation: `rebuild_user_list`. Its tables have the names that the live ones have, so that the same
 * statements write them. It holds the projection's tables, and tables of its own for versions, checkpoints and parked
 * events.
 */
export function schemaOf(projection: string, generation: GenerationName): string {
  return `${PREFIXES[generation]}_${projection.replaceAll('-', '_')}`;
}

import type pg from 'pg';
import type { FoldingProjection } from '../projection.js';
import { LIVE_SCHEMA, schemaOf, type GenerationName } from './generation.js';
import { isBeingWorkedOn } from './rebuild-lock.js';
import { readProgress, type RebuildProgress } from './rebuild-progress.js';
import { findVersionsPartition } from './versions-partition.js';

export interface GenerationOverview {
  readonly generation: 'live' | GenerationName;
  /** Of its tables with their indexes, and of its versions. */
  readonly bytes: number;
  readonly parkedKeys: number;
}

export interface ProjectionGenerations {
  readonly projection: string;
  readonly generations: readonly GenerationOverview[];
  /** Of the new generation. */
  readonly progress: RebuildProgress | undefined;
  /** Whether a command works on them at the moment. */
  readonly isBusy: boolean;
}

/** Every generation of a projection, the live one first. */
export async function readGenerations(
  pool: pg.Pool,
  { name, tables }: FoldingProjection,
): Promise<ProjectionGenerations> {
  const partition = await findVersionsPartition(pool, name);
  const generations = [await overviewOf(pool, name, 'live', LIVE_SCHEMA, [...tables, partition])];
  for (const generation of ['new', 'previous'] as const) {
    const schema = schemaOf(name, generation);
    generations.push(await overviewOf(pool, name, generation, schema, [...tables, 'projection_versions']));
  }
  return {
    projection: name,
    generations: generations.filter((overview) => overview !== undefined),
    progress: await readProgress(pool, name),
    isBusy: await isBeingWorkedOn(pool, name),
  };
}

/** Undefined if there is no such generation. */
async function overviewOf(
  pool: pg.Pool,
  projection: string,
  generation: GenerationOverview['generation'],
  schema: string,
  tables: readonly string[],
): Promise<GenerationOverview | undefined> {
  const { rows } = await pool.query<{ bytes: number | null }>(
    `select sum(pg_total_relation_size(pg_class.oid))::float8 as bytes
     from pg_class where relnamespace = to_regnamespace($1) and relname = any($2)`,
    [schema, tables],
  );
  const bytes = rows[0]?.bytes ?? null;
  if (bytes === null) return undefined;
  const parked = await pool.query<{ keys: number }>(
    `select count(distinct key)::integer as keys from ${schema}.parked_events where projection = $1`,
    [projection],
  );
  return { generation, bytes, parkedKeys: parked.rows[0]?.keys ?? 0 };
}

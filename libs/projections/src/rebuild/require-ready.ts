import type pg from 'pg';
import { RebuildError } from './rebuild.errors.js';
import { readProgress, type RebuildProgress } from './rebuild-progress.js';

/**
 * The progress of a new generation that is built.
 * @throws RebuildError `no-generation`, `not-ready`
 */
export async function requireReady(pool: pg.Pool, projection: string): Promise<RebuildProgress> {
  const progress = await readProgress(pool, projection);
  if (!progress) {
    throw new RebuildError(
      'no-generation',
      `${projection} has no new generation: begin with fleet projection rebuild`,
    );
  }
  if (progress.phase === 'ready') return progress;
  throw new RebuildError(
    'not-ready',
    `the new generation of ${projection} is not finished (${progress.phase}): ` +
      `run fleet projection rebuild ${projection}`,
  );
}

export async function hasSchema(pool: pg.Pool, schema: string): Promise<boolean> {
  const { rows } = await pool.query<{ there: boolean }>(`select to_regnamespace($1) is not null as there`, [
    schema,
  ]);
  return rows[0]?.there ?? false;
}

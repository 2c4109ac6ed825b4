import { withTransaction } from '@eventfleet/postgres';
import pg from 'pg';
import { schemaOf, type GenerationName } from './generation.js';
import { RebuildError } from './rebuild.errors.js';
import { endProgress } from './rebuild-progress.js';
import { hasSchema } from './require-ready.js';

/**
 * Drops a generation that is not live, built or not. What else depends on its tables makes it fail.
 * @throws RebuildError `no-generation`
 */
export async function dropGeneration(
  pool: pg.Pool,
  projection: string,
  generation: GenerationName,
): Promise<void> {
  const schema = schemaOf(projection, generation);
  if (!(await hasSchema(pool, schema))) {
    throw new RebuildError('no-generation', `${projection} has no ${generation} generation`);
  }
  await withTransaction(pool, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = $1`,
      [schema],
    );
    for (const { name } of rows) await client.query(`drop table ${schema}.${pg.escapeIdentifier(name)}`);
    await client.query(`drop schema ${schema}`);
    if (generation === 'new') await client.query(endProgress(projection));
  });
}

import { createPool } from '@eventfleet/postgres';
import { createTestDatabase } from '@eventfleet/testing';
import { migrateEventStore } from '../migrate.js';
import { purgeIdempotencyAnswers } from './purge-idempotency-answers.js';

it('purges the old answers of one scope, batch by batch, and leaves the others', async () => {
  const database = await createTestDatabase('purge-answers', migrateEventStore);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 1 });
  await pool.query(
    `insert into idempotency.answers (scope, key, fingerprint, answer, answered_at)
     select scope, scope || age, '', '{}', now() - make_interval(hours => age)
     from unnest(array['http', 'user-commands']) as scope, unnest(array[1, 49, 50, 51, 400]) as age`,
  );

  expect(await purgeIdempotencyAnswers(pool, { scope: 'http', olderThanHours: 48, limit: 3 })).toBe(3);
  expect(await purgeIdempotencyAnswers(pool, { scope: 'http', olderThanHours: 48, limit: 3 })).toBe(1);
  expect(await purgeIdempotencyAnswers(pool, { scope: 'user-commands', olderThanHours: 336, limit: 3 })).toBe(
    1,
  );

  const { rows } = await pool.query<{ key: string }>('select key from idempotency.answers order by key');
  expect(rows.map(({ key }) => key)).toEqual(['http1', 'user-commands1', 'user-commands49', 'user-commands50', 'user-commands51']); // prettier-ignore
  await pool.end();
  await database.drop();
});

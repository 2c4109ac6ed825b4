import { randomUUID } from 'node:crypto';
import { createPool, runMigrations } from '@eventfleet/postgres';
import { createTestDatabase, type TestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { CreateRowVerifications1764000000008 } from '../migrations/5-create-row-verifications.migration.js';
import { claimPage, giveUpPage, savePage } from './claimed-pages.js';
import { readVerificationProgress } from './verification-progress.js';

describe('the pages of a pass', () => {
  const page = { lastKey: undefined, checked: 3, pauseMs: 0, passMs: 60_000 };
  let database: TestDatabase;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await createTestDatabase('verification', migrateRowVerifications);
    pool = createPool({ url: database.url, applicationName: 'test', max: 1 });
  });
  beforeEach(() => pool.query('truncate row_verifications'));
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('are verified by one process at a time; another one goes on where it ended', async () => {
    const first = await claimPage(pool, 'user-list', randomUUID());
    expect(first?.after).toBeUndefined();
    expect(await claimPage(pool, 'user-list', randomUUID())).toBeUndefined();
    const lastKey = randomUUID();
    await savePage(pool, first!, { ...page, lastKey });

    const second = await claimPage(pool, 'user-list', randomUUID());
    expect(second?.after).toBe(lastKey);
    await giveUpPage(pool, second!, 0);

    const third = await claimPage(pool, 'user-list', randomUUID());
    expect(third?.after).toBe(lastKey);
    await savePage(pool, third!, page);
    expect(await readVerificationProgress(pool)).toMatchObject([{ checked: 0, lastPass: { checked: 6 } }]);
    // The next pass is not due yet.
    expect(await claimPage(pool, 'user-list', randomUUID())).toBeUndefined();
  });

  it('are not saved by a process whose claim has run out', async () => {
    const lost = await claimPage(pool, 'user-list', randomUUID());
    await pool.query(`update row_verifications set claimed_until = '-infinity'`);
    const claimed = await claimPage(pool, 'user-list', randomUUID());

    await savePage(pool, lost!, { ...page, lastKey: randomUUID() });

    expect(claimed?.after).toBeUndefined();
    expect(await claimPage(pool, 'user-list', randomUUID())).toBeUndefined();
    expect(await readVerificationProgress(pool)).toMatchObject([{ checked: 0, lastPass: undefined }]);
  });
});

function migrateRowVerifications(url: string): Promise<unknown> {
  return runMigrations({ url, migrations: [CreateRowVerifications1764000000008], applicationName: 'test' });
}

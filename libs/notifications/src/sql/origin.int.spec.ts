import { createPool } from '@eventfleet/postgres';
import { createTestDatabase } from '@eventfleet/testing';
import { migrateNotifier } from '../migrate.js';
import { markOrigin, readOrigin } from './origin.js';

describe('the origin', () => {
  it('is the last position before it was first marked, and stays', async () => {
    const database = await createTestDatabase('origin');
    await migrateNotifier(database.url);
    expect(await migrateNotifier(database.url)).toEqual([]);
    const pool = createPool({ url: database.url, applicationName: 'test', max: 1 });
    await pool.query('create table events (global_position bigint generated always as identity, n integer)');
    expect(await readOrigin(pool)).toBeUndefined();

    await pool.query('insert into events (n) values (1), (2), (3)');
    expect(await markOrigin(pool)).toBe(true);
    expect(await readOrigin(pool)).toBe(3n);
    await pool.query('insert into events (n) values (4)');
    expect(await markOrigin(pool)).toBe(false);
    expect(await readOrigin(pool)).toBe(3n);

    await pool.query('delete from notifier.origin');
    await pool.query('truncate events restart identity');
    await markOrigin(pool);
    expect(await readOrigin(pool)).toBe(0n);
    await pool.end();
    await database.drop();
  });
});

import pg from 'pg';
import { createTestDatabase } from './test-database.js';

describe('createTestDatabase', () => {
  it('makes a database of its own, and drops it under an open session', async () => {
    const database = await createTestDatabase('Test Database');
    const client = new pg.Client({ connectionString: database.url });
    const broken = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    const result = await client.query<{ name: string }>('select current_database() as name');
    expect(result.rows[0]?.name).toMatch(/^test_database_[0-9a-f]{8}_db$/);

    await database.drop();

    await expect(broken).resolves.toBeInstanceOf(Error);
    await expect(new pg.Client({ connectionString: database.url }).connect()).rejects.toThrow(
      'does not exist',
    );
  });
});

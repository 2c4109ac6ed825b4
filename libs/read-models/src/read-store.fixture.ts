import { randomUUID } from 'node:crypto';
import { emailKey } from '@eventfleet/contracts';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase } from '@eventfleet/testing';
import type pg from 'pg';
import { migrateReadStore } from './migrate.js';

interface UserToInsert {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly status: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ReadStoreFixture {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Writes a row as the projection would, and returns its id. */
  insertUser(user?: Partial<UserToInsert>): Promise<string>;
  /** Notes that a projection has applied a version of an aggregate. */
  applied(projection: string, aggregateId: string, version: number): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** A migrated, empty read store of its own. */
export async function startReadStore(): Promise<ReadStoreFixture> {
  const database = await createTestDatabase('read-models', migrateReadStore);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 2 });
  return {
    url: database.url,
    pool,
    async insertUser(user = {}) {
      const id = user.id ?? randomUUID();
      const { name = 'Ann', email = `${id}@example.org`, status = 'active', version = 1 } = user;
      const createdAt = user.createdAt ?? new Date();
      await pool.query(
        `insert into user_list (id, name, email, email_key, status, version, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [id, name, email, emailKey(email), status, version, createdAt, user.updatedAt ?? createdAt],
      );
      return id;
    },
    async applied(projection, aggregateId, version) {
      await pool.query(
        `insert into projection_versions (projection, aggregate_id, version) values ($1, $2, $3)
         on conflict (projection, aggregate_id) do update set version = excluded.version`,
        [projection, aggregateId, version],
      );
    },
    async clear() {
      await pool.query('truncate user_list, user_stats, user_stats_days, projection_versions');
    },
    async close() {
      await pool.end();
      await database.drop();
    },
  };
}

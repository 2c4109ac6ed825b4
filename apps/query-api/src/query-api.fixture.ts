import { randomUUID } from 'node:crypto';
import { emailKey, encodeConsistencyToken } from '@eventfleet/contracts';
import type { WrappingKey } from '@eventfleet/event-store';
import { createHttpApp } from '@eventfleet/http';
import { createPool } from '@eventfleet/postgres';
import { migrateReadStore } from '@eventfleet/read-models';
import { createTestDatabase } from '@eventfleet/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type pg from 'pg';
import { pino } from 'pino';
import { aggregates } from './aggregates.js';
import { QueryApiModule } from './query-api.module.js';
import { problemsOf } from './query-api.problems.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON; undefined where there is none. */
  readonly body: unknown;
}

export interface QueryApiFixture {
  readonly pool: pg.Pool;
  get(path: string, headers?: Record<string, string>, signal?: AbortSignal): Promise<Answer>;
  /** Writes a row as the projection would, and returns its id. */
  insertUser(user?: { name?: string; email?: string; createdAt?: Date; version?: number }): Promise<string>;
  applied(projection: string, aggregateId: string, version: number): Promise<void>;
  /** Notes that events of the aggregate wait behind one that cannot be applied. */
  park(projection: string, aggregateId: string): Promise<void>;
  close(): Promise<void>;
}

export interface RunningApp {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly get: QueryApiFixture['get'];
}

/** The app in this process, on stores that may be away. */
export async function startAppOn(
  readStoreUrl: string,
  eventStoreUrl?: string,
  personalDataKeys: readonly WrappingKey[] = [],
): Promise<RunningApp> {
  const config = {
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent' as const,
    readStoreUrl,
    eventStoreUrl,
    limits: {},
    personalDataKeys,
    readCacheTtlSeconds: 60,
    failpoint: undefined,
    tracing: undefined,
  };
  const logger = pino({ level: 'silent' });
  const app = await createHttpApp({
    module: QueryApiModule.forRoot(config, aggregates),
    logger,
    problems: problemsOf(aggregates),
  });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return {
    app,
    url,
    async get(path, headers = {}, signal) {
      const response = await fetch(url + path, { headers, ...(signal ? { signal } : {}) });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text || undefined,
      };
    },
  };
}

/** The app in this process, on a migrated, empty read store of its own, which it may reach by another address. */
export async function startQueryApi(through = (url: string) => url): Promise<QueryApiFixture> {
  const database = await createTestDatabase('query-api', migrateReadStore);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 2 });
  const { app, get } = await startAppOn(through(database.url));
  return {
    pool,
    get,
    async insertUser({
      name = 'Ann',
      email = `${randomUUID()}@example.org`,
      createdAt = new Date(),
      version = 1,
    } = {}) {
      const id = randomUUID();
      await pool.query(
        `insert into user_list (id, name, email, email_key, status, version, created_at, updated_at)
         values ($1, $2, $3, $4, 'active', $5, $6, $6)`,
        [id, name, email, emailKey(email), version, createdAt],
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
    async park(projection, aggregateId) {
      await pool.query(
        `insert into projection_versions (projection, aggregate_id, version, parked) values ($1, $2, 0, true)
         on conflict (projection, aggregate_id) do update set parked = true`,
        [projection, aggregateId],
      );
    },
    async close() {
      await app.close();
      await pool.end();
      await database.drop();
    },
  };
}

export function tokenHeader(aggregateId: string, version: number): Record<string, string> {
  return { 'consistency-token': encodeConsistencyToken({ aggregateType: 'user', aggregateId, version }) };
}

import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { migrateEventStore } from '@eventfleet/event-store';
import { createHttpApp } from '@eventfleet/http';
import { createKafka, ensureTopics, fleetTopics } from '@eventfleet/kafka';
import { migrateOperators } from '@eventfleet/operators';
import { createPool } from '@eventfleet/postgres';
import { migrateProcessManagers } from '@eventfleet/process-managers';
import { migrateReadStore } from '@eventfleet/read-models';
import { createTestDatabase, testServers, uniquePrefix } from '@eventfleet/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type pg from 'pg';
import { pino } from 'pino';
import { consoleConfig } from './console-config.fixture.js';
import type { ConsoleConfig } from './console.config.js';
import { ConsoleModule } from './console.module.js';
import { CONSOLE_PROBLEMS } from './console.problems.js';
import { addPageHeaders } from './edge/page-headers.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface ConsoleFixture {
  readonly app: NestFastifyApplication;
  readonly url: string;
  readonly config: ConsoleConfig;
  readonly eventStore: pg.Pool;
  readonly readStore: pg.Pool;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** As the console's own page does. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

const logger = pino({ level: 'silent' });

/** The console in this process, on migrated, empty stores and topics of its own. */
export async function startConsole(hostnames: readonly string[] = []): Promise<ConsoleFixture> {
  const [events, rows] = await Promise.all([
    createTestDatabase('console', migrateEventStore, migrateProcessManagers, migrateOperators),
    createTestDatabase('console-read', migrateReadStore),
  ]);
  const kafka = {
    ...consoleConfig.kafka,
    brokers: testServers().kafkaBrokers.split(','),
    topicPrefix: uniquePrefix('console'),
    partitions: 3,
  };
  await ensureTopics(createKafka(kafka, 'test', logger), fleetTopics(kafka), kafka);
  const config: ConsoleConfig = {
    ...consoleConfig,
    eventStoreUrl: events.url,
    readStoreUrl: rows.url,
    kafka,
    hostnames,
  };
  const app = await createHttpApp({
    module: ConsoleModule.forRoot(config, logger),
    logger,
    problems: CONSOLE_PROBLEMS,
  });
  addPageHeaders(app.getHttpAdapter().getInstance());
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const pools = [events, rows].map((store) =>
    createPool({ url: store.url, applicationName: 'test', max: 2 }),
  );
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(url + path, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  return {
    app,
    url,
    config,
    eventStore: pools[0]!,
    readStore: pools[1]!,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, body, headers = {}) =>
      ask(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          'content-type': 'application/json',
          origin: url,
          'sec-fetch-site': 'same-origin',
          ...headers,
        },
      }),
    async close() {
      await app.close();
      await Promise.all(pools.map((pool) => pool.end()));
      await Promise.all([events.drop(), rows.drop()]);
    },
  };
}

/** A parked event of a key, which no code can read. */
export async function parkSomething(
  readStore: pg.Pool,
  projection: string,
  key = randomUUID(),
): Promise<string> {
  await readStore.query(
    `insert into projection_versions (projection, aggregate_id, version, parked) values ($1, $2, 0, true)`,
    [projection, key],
  );
  await readStore.query(
    `insert into parked_events (projection, key, topic, partition, record_offset, record_time, record_key, value,
                                headers, error_code, error_message, attempts)
     values ($1, $2::text, 'user-events', 0, 7, 0, convert_to($2::text, 'utf8'), '\\x7b', '{}', 'undecodable', 'offset 7', 5)`,
    [projection, key],
  );
  return key;
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toAmqpMessage, userEvents, WORK_QUEUES, type RecordedEvent } from '@eventfleet/contracts';
import { countMails, type MailCounts } from '@eventfleet/notifications';
import { createPool } from '@eventfleet/postgres';
import { RabbitmqPublisher } from '@eventfleet/rabbitmq';
import { eventually, recordedHistory, uniquePrefix, type AppProcess } from '@eventfleet/testing';
import type pg from 'pg';
import { startFleet } from './fleet.js';
import { readMails, type CapturedMail } from './mail-folder.js';

/** All that the notifier needs, its events put there by the test in place of command-api. */
export interface MailStage {
  readonly env: Readonly<Record<string, string>>;
  /** Starts a copy of the notifier; those that still run are stopped with the rest. */
  start(env?: Readonly<Record<string, string>>): Promise<AppProcess>;
  /** Stores so many new users and returns their events, as the relay would publish them. */
  createUsers(count: number): Promise<RecordedEvent[]>;
  publish(events: readonly RecordedEvent[]): Promise<void>;
  mails(): Promise<CapturedMail[]>;
  counts(): Promise<MailCounts>;
  /** Waits until every mail is sent or given up, and returns what became of them. */
  settled(mails: number, deadlineMs?: number): Promise<MailCounts>;
  close(): Promise<void>;
}

const PAGE = 500;

export async function openMailStage(name: string, rabbitmqUrl: string): Promise<MailStage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'eventfleet-mails-'));
  const prefix = uniquePrefix(name);
  const env = { RABBITMQ_URL: rabbitmqUrl, RABBITMQ_PREFIX: prefix, EVENTFLEET_DATA_DIR: dataDir };
  const fleet = await startFleet(name, { commandApis: 0, env });
  const pool = createPool({ url: fleet.eventStoreUrl, applicationName: 'test', max: 2, timeoutMs: 30_000 });
  const publisher = new RabbitmqPublisher({
    settings: { url: rabbitmqUrl, prefix },
    name: 'test',
    exchanges: [userEvents.topic],
    queues: WORK_QUEUES,
  });
  const apps: AppProcess[] = [];
  const counts = () => countMails(pool);
  return {
    env: fleet.env,
    async start(more = {}) {
      const app = await fleet.start('notifier', more);
      apps.push(app);
      return app;
    },
    createUsers: (count) => createUsers(pool, count),
    async publish(events) {
      for (let start = 0; start < events.length; start += PAGE) {
        const page = events.slice(start, start + PAGE).map((event) => toAmqpMessage(event));
        await publisher.publish(
          userEvents.topic,
          page.map(({ content, ...rest }) => ({ ...rest, content: Buffer.from(content) })),
        );
      }
    },
    mails: () => readMails(dataDir),
    counts,
    settled: (mails, deadlineMs = 30_000) =>
      eventually(
        async () => {
          const now = await counts();
          return now.sent + now.failed === mails && now.unsettled === 0 ? now : undefined;
        },
        { deadlineMs, describe: `an end of all ${mails} mails` },
      ),
    async close() {
      await Promise.all(apps.map((app) => app.stop()));
      await publisher.close();
      await pool.end();
      await fleet.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}

async function createUsers(pool: pg.Pool, count: number): Promise<RecordedEvent[]> {
  const events = Array.from({ length: count }, () => {
    const id = randomUUID();
    const data = { id, name: 'Ada', email: `${id}@example.org` };
    return recordedHistory(userEvents, id, [{ type: 'user.created', data }])[0]!;
  });
  const { rows } = await pool.query<{ event_id: string; global_position: string }>(
    `insert into events (event_id, aggregate_type, aggregate_id, version, event_type, schema_version, data,
                         occurred_at, correlation_id, causation_id, traceparent)
     select event_id, 'user', aggregate_id, 1, 'user.created', 1, data, now(), event_id, event_id, ''
     from unnest($1::uuid[], $2::uuid[], $3::json[]) as new (event_id, aggregate_id, data)
     returning event_id, global_position`,
    [events.map((e) => e.eventId), events.map((e) => e.aggregateId), events.map((e) => e.data)],
  );
  const positions = new Map(rows.map((row) => [row.event_id, row.global_position]));
  return events.map((event) => ({ ...event, globalPosition: positions.get(event.eventId)! }));
}

/** Every event has its welcome mail, and no more mails are there than nobody knew whether they were sent. */
export function expectEachOnce(
  events: readonly RecordedEvent[],
  mails: readonly CapturedMail[],
  unknownOutcomes: number,
): void {
  const welcomed = new Set(mails.filter(({ mail }) => mail === 'welcome').map(({ eventId }) => eventId));
  expect(events.filter(({ eventId }) => !welcomed.has(eventId))).toEqual([]);
  expect(mails.length - events.length).toBeLessThanOrEqual(unknownOutcomes);
}

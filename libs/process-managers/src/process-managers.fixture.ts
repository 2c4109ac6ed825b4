import { randomUUID } from 'node:crypto';
import {
  notificationEvents,
  notificationId,
  toCloudEvent,
  userCommands,
  userEvents,
  type NotificationEvent,
  type RecordedEvent,
  type UserCommandContent,
  type UserEvent,
} from '@eventfleet/contracts';
import type { MessageBatch } from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';
import { ProjectionRuntime, type RunnableProjection } from '@eventfleet/projections';
import { createTestDatabase, recordedHistory } from '@eventfleet/testing';
import type pg from 'pg';
import { pino } from 'pino';
import { migrateProcessManagers, SCHEMA } from './migrate.js';
import { processManagerProjections } from './process-manager-projections.js';
import type { AnyProcessManager, ProcessManager } from './process-manager.js';
import { TimerScheduler, type TimerSchedulerOptions } from './timer-scheduler.js';

interface Count {
  readonly userId: string;
  readonly messages: number;
}

export interface CountingOptions {
  readonly name?: string;
  /** From a user's creation, or its change, until the timer `tick`. Absent: there is none. */
  readonly timerMs?: number;
  /** Counts, and sends nothing. */
  readonly isSilent?: boolean;
  /** A bug: throws for this user. */
  readonly throwsFor?: (userId: string | undefined) => boolean;
}

/**
 * Counts a user's events, failed notifications and timers, and sends every count as a command: it is wrong at the first
 * message that counts twice or not at all. It ends with the deletion of its user, and does not look at reminders.
 */
export function counting({
  name = 'counting',
  timerMs,
  isSilent = false,
  throwsFor,
}: CountingOptions = {}): AnyProcessManager {
  const processManager: ProcessManager<Count, UserEvent | NotificationEvent, UserCommandContent, 'tick'> = {
    name,
    sources: [userEvents, notificationEvents],
    commands: userCommands,
    instanceOf(event) {
      if (event.type === 'user.verification-reminded') return undefined;
      return event.type === 'notification.failed' ? event.data.userId : event.aggregateId;
    },
    react(state, message) {
      const isOfUser = message.type !== 'timer' && message.type !== 'notification.failed';
      const userId = message.type === 'timer' ? state?.userId : processManager.instanceOf(message);
      if (throwsFor?.(userId)) throw new TypeError(`a bug with ${JSON.stringify(message)}`);
      if (userId === undefined || message.type === 'user.deleted') return { state: undefined };
      const messages = (state?.messages ?? 0) + 1;
      return {
        state: { userId, messages },
        commands: isSilent
          ? []
          : [{ type: 'update-user', aggregateId: userId, data: { name: String(messages) } }],
        ...(isOfUser && timerMs !== undefined
          ? { timers: { tick: new Date(Date.parse(message.occurredAt) + timerMs).toISOString() } }
          : {}),
      };
    },
  };
  return processManager;
}

export interface SentRow {
  readonly id: string;
  readonly number: number;
  /** As it counts. */
  readonly name: string;
}

export interface Fixture {
  readonly url: string;
  readonly pool: pg.Pool;
  /** As another process has it: a pool and a memory of its own. */
  runtime(): ProjectionRuntime;
  scheduler(processManager: AnyProcessManager, options?: Partial<TimerSchedulerOptions>): TimerScheduler;
  instance(id: string): Promise<{ state: Count | null; sent: number } | undefined>;
  timers(): Promise<{ id: string; name: string; dueAt: string; failures: number }[]>;
  /** What was sent to a user, or to all, in its order. */
  sent(userId?: string): Promise<SentRow[]>;
  /** Whether a session waits for another one's lock. */
  someoneWaits(): Promise<boolean>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** The fixture of a spec file: started before its tests, emptied after each of them, closed after all. */
export function useProcessManagers(): Fixture {
  const fixture = {} as Fixture;
  beforeAll(async () => {
    Object.assign(fixture, await startProcessManagers());
  });
  afterEach(() => fixture.clear());
  afterAll(() => fixture.close());
  return fixture;
}

async function startProcessManagers(): Promise<Fixture> {
  const database = await createTestDatabase('process-managers', migrateProcessManagers);
  const { url } = database;
  const logger = pino({ level: 'silent' });
  const open = () => createPool({ url, applicationName: 'test', max: 4, pipeline: true, schema: SCHEMA });
  const pools = [open()];
  const pool = pools[0]!;
  const another = () => {
    const added = open();
    pools.push(added);
    return added;
  };

  return {
    url,
    pool,
    runtime: () => new ProjectionRuntime(another(), logger),
    scheduler: (processManager, options = {}) =>
      new TimerScheduler({ pool: another(), processManagers: [processManager], logger, ...options }),
    async instance(id) {
      const found = await pool.query<{ state: Count | null; sent: number }>(
        'select state, sent from instances where instance_id = $1',
        [id],
      );
      return found.rows[0];
    },
    async timers() {
      const found = await pool.query<{ id: string; name: string; due_at: Date; failures: number }>(
        'select instance_id as id, name, due_at, failures from timers order by timers.due_at',
      );
      return found.rows.map(({ due_at: dueAt, ...row }) => ({ ...row, dueAt: dueAt.toISOString() }));
    },
    async sent(userId) {
      const found = await pool.query<SentRow>(
        `select event_id as id, version as number, data->>'name' as name from outbox
         where $1::uuid is null or aggregate_id = $1 order by transaction_id, global_position`,
        [userId],
      );
      return found.rows;
    },
    async someoneWaits() {
      const { rowCount } = await pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount === 1;
    },
    async clear() {
      await pool.query(
        'truncate instances, timers, outbox, projection_checkpoints, projection_versions, parked_events',
      );
    },
    async close() {
      await Promise.all(pools.map((each) => each.end()));
      await database.drop();
    },
  };
}

/** The first `count` events of a user: created, then updated again and again; deleted if asked for. */
export function history(id: string, count: number, { isDeleted = false } = {}): RecordedEvent[] {
  const created: UserEvent = { type: 'user.created', data: { id, name: 'Ann', email: 'ann@example.org' } };
  const updated: UserEvent = { type: 'user.updated', data: { id, name: 'Bea' } };
  const updates = Array.from({ length: count - 1 }, () => updated);
  const deleted: UserEvent[] = isDeleted ? [{ type: 'user.deleted', data: { id } }] : [];
  return recordedHistory<UserEvent>(userEvents, id, [created, ...updates, ...deleted]);
}

/** Mails to a user that have failed. */
export function failures(userId: string, count: number): RecordedEvent[] {
  return Array.from({ length: count }, () => {
    const eventId = randomUUID();
    const id = notificationId(eventId, 'welcome');
    const data = { id, userId, eventId, mail: 'welcome', reason: 'refused' } as const;
    return recordedHistory<NotificationEvent>(notificationEvents, id, [
      { type: 'notification.failed', data },
    ]);
  }).flat();
}

export function sourceOf(processManager: AnyProcessManager, topic: string): RunnableProjection {
  return processManagerProjections(processManager).find((source) => source.topic === topic)!;
}

/** The events as they were fetched from partition 0 of their topic, from this offset on. */
export function batchOf(events: readonly RecordedEvent[], firstOffset = 0n, topicId = 'topic'): MessageBatch {
  const end = firstOffset + BigInt(events.length);
  return {
    topic: events[0]?.aggregateType === 'notification' ? 'notification-events' : 'user-events',
    partition: 0,
    identity: { clusterId: 'cluster', topicId, partitions: 1 },
    firstOffset,
    lastOffset: end - 1n,
    highWatermark: end,
    messages: events.map((event, index) => {
      const { key, value, headers } = toCloudEvent(event);
      const offset = firstOffset + BigInt(index);
      return { offset, timestamp: 0, key: Buffer.from(key), value: Buffer.from(value), headers };
    }),
  };
}

/** Brings events as their consumer does: in chunks, each again after a failure. Returns the number of failures. */
export async function consume(
  runtime: ProjectionRuntime,
  processManager: AnyProcessManager,
  events: readonly RecordedEvent[],
  chunkSize = events.length,
): Promise<number> {
  const whole = batchOf(events);
  const source = sourceOf(processManager, whole.topic);
  let failed = 0;
  for (let next = 0n; next <= whole.lastOffset;) {
    const rest = events.slice(Number(next), Number(next) + chunkSize);
    try {
      ({ next } = await runtime.apply(source, {
        ...batchOf(rest, next),
        highWatermark: whole.highWatermark,
      }));
    } catch (error) {
      if (++failed > 50) throw error;
    }
  }
  return failed;
}

import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { fromUserCommand, toUserCommand, userCommands } from '@eventfleet/contracts';
import { migrateEventStore } from '@eventfleet/event-store';
import {
  createKafka,
  createPublisher,
  ensureTopics,
  fleetTopics,
  readLogTail,
  withPrefix,
  type Kafka,
  type KafkaRecord,
} from '@eventfleet/kafka';
import { countBacklog, KafkaTarget, USER_COMMANDS_RELAY } from '@eventfleet/outbox-relay';
import { createPool } from '@eventfleet/postgres';
import { migrateProcessManagers, purgeOutbox } from '@eventfleet/process-managers';
import { createTestDatabase, eventually, type TestDatabase, testKafkaSettings } from '@eventfleet/testing';
import type pg from 'pg';
import { pino } from 'pino';
import { CommandRelay } from './command-relay.js';

const PARTITIONS = 2;
const logger = pino({ level: 'silent' });

let database: TestDatabase;
let pool: pg.Pool;
let kafka: Kafka;
let topic: string;
let topicPrefix: string;
const relays: CommandRelay[] = [];

beforeEach(async () => {
  database = await createTestDatabase('commands', migrateEventStore, migrateProcessManagers);
  pool = createPool({ url: database.url, applicationName: 'test', max: 4 });
  const settings = testKafkaSettings('commands', PARTITIONS);
  ({ topicPrefix } = settings);
  kafka = createKafka(settings, 'test', logger);
  topic = withPrefix(settings, userCommands.topic);
  await ensureTopics(
    kafka,
    fleetTopics(settings).filter(({ name }) => name === topic),
    settings,
  );
});
afterEach(async () => {
  await Promise.all(relays.splice(0).map((relay) => relay.stop()));
  await pool.end();
  await database.drop();
});

function startRelay(verifyEveryMs = 2_000): CommandRelay {
  const relay = new CommandRelay({
    pool,
    kafka,
    catalogs: [userCommands],
    topicPrefix,
    logger,
    verifyEveryMs,
  });
  relays.push(relay);
  relay.start();
  return relay;
}

async function send(count: number, first = 1): Promise<void> {
  for (let number = first; number < first + count; number++) {
    await pool.query(
      `insert into process_managers.outbox (event_id, aggregate_type, aggregate_id, version, event_type, schema_version,
         data, correlation_id, causation_id, traceparent)
       values (gen_random_uuid(), 'user-command', $1, $2, 'update-user', 1, $3, 'c', 'k', 't')`,
      [randomUUID(), number, JSON.stringify({ name: String(number) })],
    );
  }
}

async function records(): Promise<KafkaRecord[]> {
  const from = new Map(Array.from({ length: PARTITIONS }, (_, partition) => [partition, 0n] as const));
  return [...(await readLogTail(kafka, topic, from)).values()].flat();
}

const namesOf = (found: readonly KafkaRecord[]) =>
  found
    .map((record) => fromUserCommand(record).data)
    .flatMap((data) => ('name' in data ? [Number(data.name)] : []))
    .toSorted((a, b) => a - b);

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

async function published(): Promise<void> {
  await eventually(async () => {
    const { rowCount } = await pool.query(`select from relay_checkpoints where target_state is not null`);
    return rowCount === 1 && (await countBacklog(pool, USER_COMMANDS_RELAY)) === 0;
  });
}

/** Of other senders, to every partition. */
async function sendFromElsewhere(): Promise<void> {
  const publisher = createPublisher(kafka);
  const { headers, ...message } = toUserCommand(
    { commandId: randomUUID(), userId: randomUUID(), type: 'delete-user', data: {} },
    { source: '/shop', time: new Date().toISOString() },
  );
  const noise = { key: 'noise', value: '\0', headers: {} };
  await publisher.publish(
    topic,
    numbers(PARTITIONS).flatMap((n) => [
      { partition: n - 1, ...message, headers },
      { partition: n - 1, ...noise },
    ]),
  );
  await publisher.disconnect();
}

function messageOf(fails: () => void): string {
  try {
    fails();
    return '';
  } catch (error) {
    return String(error);
  }
}

const isOurs = ({ headers }: KafkaRecord) => String(headers?.['ce_source']) === '/eventfleet/process-manager';

describe('the relay of commands', () => {
  it('publishes each once, as commands, on a topic that others write to as well', async () => {
    await send(20);
    const first = startRelay();
    await published();
    await sendFromElsewhere();
    await send(20, 21);
    first.wake();
    await published();
    await sendFromElsewhere();
    await first.stop();
    startRelay();
    await send(20, 41);
    await published();

    const found = await records();
    expect(namesOf(found.filter(isOurs))).toEqual(numbers(60));
    expect(found.filter(isOurs)[0]!.headers).toMatchObject({ ce_type: 'update-user' });
  });

  it('is not disturbed by what others write while it is idle', async () => {
    await send(1);
    const relay = startRelay(50);
    await published();
    const before = await pool.query('select epoch from relay_checkpoints');
    await sendFromElsewhere();
    const verify = jest.spyOn(KafkaTarget.prototype, 'verify');
    // The second look begins once the first one has found nothing wrong.
    await eventually(() => verify.mock.calls.length >= 2);
    verify.mockRestore();

    expect(() => relay.assertReady()).not.toThrow();
    expect((await pool.query('select epoch from relay_checkpoints')).rows).toEqual(before.rows);
  });

  it('names its refusal to publish, and what to do', async () => {
    await send(1);
    const first = startRelay();
    await published();
    await first.stop();
    await pool.query(
      `update relay_checkpoints set target_state = jsonb_set(target_state::jsonb, '{clusterId}', '"elsewhere"')`,
    );
    const second = startRelay();
    const refusal = /another one than elsewhere.* fleet -- relay rewind --target user-commands$/;
    await eventually(() => refusal.test(messageOf(() => second.assertReady())));
  });

  it('finds in the log what was sent before the checkpoint was lost, among what others wrote', async () => {
    await send(10);
    const first = startRelay();
    await published();
    await first.stop();
    const { rows } = await pool.query(
      'select transaction_id, global_position, target_state from relay_checkpoints',
    );
    await send(10, 11);
    const second = startRelay();
    await published();
    await second.stop();
    await sendFromElsewhere();
    await pool.query(
      'update relay_checkpoints set transaction_id = $1, global_position = $2, target_state = $3',
      [rows[0].transaction_id, rows[0].global_position, JSON.stringify(rows[0].target_state)],
    );
    await send(10, 21);
    startRelay();
    await published();

    expect(namesOf((await records()).filter(isOurs))).toEqual(numbers(30));
  });

  it('has commands deleted that were published long ago, and no others', async () => {
    const left = async () => (await pool.query('select from process_managers.outbox')).rowCount;
    const age = (days: number) =>
      pool.query(`update process_managers.outbox set occurred_at = now() - make_interval(days => $1)`, [
        days,
      ]);
    await send(10);
    await age(20);
    expect(await purgeOutbox(pool, USER_COMMANDS_RELAY, 14, 100)).toBe(0);

    const relay = startRelay();
    await published();
    await relay.stop();
    await age(13);
    expect(await purgeOutbox(pool, USER_COMMANDS_RELAY, 14, 100)).toBe(0);
    await age(15);
    await send(5);
    await age(15);

    expect(await purgeOutbox(pool, USER_COMMANDS_RELAY, 14, 8)).toBe(8);
    expect(await purgeOutbox(pool, USER_COMMANDS_RELAY, 14, 8)).toBe(2);
    expect(await left()).toBe(5);
  });
});

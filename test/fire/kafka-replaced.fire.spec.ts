import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { eventually } from '@eventfleet/testing';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { send } from '../e2e/support/http.js';
import { countRepeatsInOrder, readUserEvents } from '../e2e/support/topic.js';
import { startOwnKafka, type OwnKafka } from '../e2e/support/own-kafka.js';
import { createUserAt } from '../e2e/support/users.js';

/**
 * The projector looks for another cluster every 10 s, its consumers close within 6.5 s, and ask for a coordinator for some
 * seconds, which a new cluster has first to elect; a member that broke off counts for a session of 10 s. A busy machine
 * takes its time for each.
 */
const CAUGHT_UP_MS = 120_000;

let kafka: OwnKafka;
let dataDir: string;
let fleet: Fleet;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'eventfleet-kafka-'));
  kafka = await startOwnKafka(join(dataDir, 'one'));
  fleet = await startFleet('replaced', {
    commandApis: 1,
    projectors: 1,
    queryApis: 1,
    env: { KAFKA_BROKERS: kafka.brokers },
  });
});
afterAll(async () => {
  await fleet.stop();
  await kafka.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function create(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await createUserAt(`${fleet.commandApis[0]!.url}/users`);
}

async function inKafka(count: number): Promise<void> {
  await eventually(async () => (await readUserEvents(fleet.env)).length >= count, { deadlineMs: 30_000 });
  const events = await readUserEvents(fleet.env);
  expect(events).toHaveLength(count);
  expect(countRepeatsInOrder(events)).toBe(0);
}

/** How often somebody has begun to publish. */
async function attempts(): Promise<number> {
  const store = new pg.Client({ connectionString: fleet.eventStoreUrl });
  await store.connect();
  const { rows } = await store.query<{ epoch: string }>(
    `select epoch from relay_checkpoints where relay = 'kafka'`,
  );
  await store.end();
  return Number(rows[0]!.epoch);
}

/** Resolves once an attempt that began after this call has ended, as the next one has begun. */
async function anotherAttempt(): Promise<void> {
  const before = await attempts();
  await eventually(async () => (await attempts()) >= before + 2, { describe: 'another attempt to publish' });
}

async function total(): Promise<unknown> {
  return (await send('GET', `${fleet.queryApis[0]!.url}/stats/users`)).body.total;
}

describe('Kafka is replaced by another cluster at the same address', () => {
  it('goes on accepting, refuses to publish until it is rewound, and then publishes everything again', async () => {
    await create(30);
    await inKafka(30);
    await eventually(async () => (await total()) === 30);

    await kafka.stop();
    await create(5);
    kafka = await startOwnKafka(join(dataDir, 'two'), kafka.port);
    await fleet.cli('migrate');
    const ready = () => send('GET', `${fleet.commandApis[0]!.url}/health/ready`);
    await eventually(async () => (await ready()).status === 503, { deadlineMs: 30_000 });
    expect(JSON.stringify((await ready()).body)).toMatch(/cluster .* is another one .*fleet -- relay rewind/);
    await create(5);
    await anotherAttempt();
    expect(await readUserEvents(fleet.env)).toEqual([]);

    await fleet.cli('relay', 'rewind');
    await eventually(async () => (await ready()).status === 200, { deadlineMs: 30_000 });
    await inKafka(40);
    await eventually(async () => (await total()) === 40, {
      deadlineMs: CAUGHT_UP_MS,
      describe: 'exact counters',
    });
  }, 300_000);
});

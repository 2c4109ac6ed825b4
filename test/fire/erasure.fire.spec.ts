import { createSecretKey, randomUUID } from 'node:crypto';
import { beginEncryption, LocalKeyWrapper } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import type { Failpoint } from '@eventfleet/resilience';
import { eventually, type AppProcess } from '@eventfleet/testing';
import type pg from 'pg';
import { deathAt, startArmed } from '../e2e/support/armed-app.js';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { reflecting, send } from '../e2e/support/http.js';
import { expectProblem } from '../e2e/support/problem.js';
import { formsOf, scanDatabase, scanTopics } from '../e2e/support/scan.js';
import { readUserEvents } from '../e2e/support/topic.js';

const env = {
  PERSONAL_DATA_KEY: Buffer.alloc(32, 7).toString('base64'),
  USER_EVENTS_PARTITIONS: '3',
};
let fleet: Fleet;
let commandApi: AppProcess;
let store: pg.Pool;

beforeAll(async () => {
  fleet = await startFleet('erasure-fire', { projectors: 1, queryApis: 1, env });
  commandApi = fleet.commandApis[0]!;
  store = createPool({ url: fleet.eventStoreUrl, applicationName: 'test', max: 2 });
});
afterAll(async () => {
  await store.end();
  await fleet.stop();
});

const markerOf = () => `Zx${randomUUID().replaceAll('-', '')}`;

async function createUser(marker: string): Promise<string> {
  const id = randomUUID();
  const body = { id, name: marker, email: `${marker}@example.org` };
  const created = await send('POST', `${commandApi.url}/users`, body);
  expect(created.status).toBe(201);
  const shown = await send('GET', `${fleet.queryApis[0]!.url}/users/${id}`, undefined, reflecting(created));
  expect(shown.body).toMatchObject({ name: marker });
  return id;
}

async function erase(id: string): Promise<string> {
  const accepted = await send('POST', `${commandApi.url}/users/${id}/erasure`);
  expect(accepted.status).toBe(202);
  return accepted.headers.get('location')!;
}

async function untilDone(location: string): Promise<void> {
  await eventually(async () => (await send('GET', `${commandApi.url}${location}`)).body['state'] === 'done', {
    deadlineMs: 60_000,
    describe: 'the end of the erasure',
  });
}

async function expectGone(id: string, marker: string): Promise<void> {
  const forms = formsOf(marker);
  expect(await scanDatabase(fleet.eventStoreUrl, forms)).toEqual([]);
  expect(await scanDatabase(fleet.readStoreUrl, forms)).toEqual([]);
  expect(await scanTopics(fleet, ['user-events', 'user-commands'], forms)).toEqual([]);
  const past = await send('GET', `${fleet.queryApis[0]!.url}/users/${id}?version=1`);
  expect(past.body).toMatchObject({ name: null, email: null, erased: true });
  expect((await send('GET', `${commandApi.url}/personal-data-keys/${id}`)).status).toBe(404);
}

async function replaceBy(start: () => Promise<AppProcess>): Promise<void> {
  await commandApi.stop();
  commandApi = await start();
}

describe('an erasure under kills', () => {
  it.each<[Failpoint, number]>([
    ['between append and answer', 1],
    ['between a place and its receipt', 1],
    ['between a place and its receipt', 4],
    ['between two places of an erasure', 9],
    ['between a place and its receipt', 12],
  ])('goes on to its end when a process dies %s (%i)', async (failpoint, nth) => {
    const marker = markerOf();
    const id = await createUser(marker);
    const armed = await startArmed(fleet, 'command-api', failpoint, nth);
    await commandApi.stop();
    const url = armed.app!.url;

    const answer = await send('POST', `${url}/users/${id}/erasure`).catch(() => undefined);

    expect(await armed.death).toMatch(deathAt(failpoint));
    commandApi = await fleet.start('command-api');
    expect((await send('GET', `${commandApi.url}/personal-data-keys/${id}`)).status).toBe(404);
    const location = await erase(id);
    if (answer) expect(answer.headers.get('location')).toBe(location);
    await untilDone(location);
    await expectGone(id, marker);
  });
});

describe('a backup of before an erasure', () => {
  it('brings nothing back when it is restored', async () => {
    const marker = markerOf();
    const id = await createUser(marker);
    const restore = await backUp();
    const location = await erase(id);
    await untilDone(location);
    await eventually(
      async () =>
        (await readUserEvents(fleet.env)).some(
          ({ aggregateId, type }) => aggregateId === id && type === 'user.erased',
        ),
      { describe: 'the event in Kafka' },
    );

    await restore();
    await replaceBy(() => fleet.start('command-api'));

    await eventually(
      async () => (await send('GET', `${commandApi.url}/personal-data-keys/${id}`)).status === 404,
      { deadlineMs: 60_000, describe: 'the destruction of the key' },
    );
    await untilDone(location);
    await expectGone(id, marker);
    // Its id stays used up.
    const again = await send('POST', `${commandApi.url}/users`, {
      id,
      name: 'Bea',
      email: 'bea@example.org',
    });
    expect(again.status).toBe(409);
  });
});

describe('a user of before encryption', () => {
  let before: Fleet;
  beforeAll(async () => {
    before = await startFleet('erasure-before', { env: { USER_EVENTS_PARTITIONS: '3' } });
  });
  afterAll(() => before.stop());

  it('keeps the email, and cannot be erased by a key', async () => {
    const [plain] = before.commandApis;
    const user = { id: randomUUID(), name: 'Ann', email: 'ann@example.org' };
    expect((await send('POST', `${plain!.url}/users`, user)).status).toBe(201);
    expectProblem(await send('POST', `${plain!.url}/users/${user.id}/erasure`), 404, 'not-found');
    const pool = createPool({ url: before.eventStoreUrl, applicationName: 'test', max: 1 });
    const key = createSecretKey(env.PERSONAL_DATA_KEY, 'base64');
    expect(await beginEncryption(pool, new LocalKeyWrapper([{ kid: 'default', secret: key }]))).toBe(1);
    await pool.end();
    await plain!.stop();

    const { url } = await before.start('command-api', env);

    expectProblem(await send('POST', `${url}/users/${user.id}/erasure`), 409, 'user-not-encrypted');
    expect((await send('DELETE', `${url}/users/${randomUUID()}`)).status).toBe(404);
    const same = { name: 'Bea', email: 'ANN@example.org' };
    expectProblem(await send('POST', `${url}/users`, same), 409, 'email-already-taken');
    // A process without the key decides nothing.
    const keyless = await before.start('command-api', {}, { until: 'live' });
    const refused = await send('POST', `${keyless.url}/users`, { name: 'Cay', email: 'cay@example.org' });
    expectProblem(refused, 503, 'event-store-unavailable');
  });
});

/** What a restore takes back. */
const TABLES = [
  'erasure_places',
  'erasures',
  'personal_data_keys',
  'events',
  'claims',
  'idempotency.answers',
  'snapshots',
  'snapshot_history',
  'relay_checkpoints',
];

/** Keeps the store as it is now, in a schema of its own. @returns what makes it so again, as a restore would */
async function backUp(): Promise<() => Promise<void>> {
  const copyOf = (table: string) => `backup.${table.replace('.', '_')}`;
  await store.query(`create schema backup`);
  for (const table of TABLES) await store.query(`create table ${copyOf(table)} as table ${table}`);
  return async () => {
    commandApi.kill('SIGKILL');
    await commandApi.exited;
    const emptied = TABLES.map((table) => `delete from ${table};`);
    const filled = TABLES.toReversed().map(
      (table) =>
        `insert into ${table} ${table === 'events' ? 'overriding system value' : ''} select * from ${copyOf(table)};`,
    );
    await store.query(`begin; ${emptied.join(' ')} ${filled.join(' ')} drop schema backup cascade; commit`);
  };
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DEAD_LETTER_GROUPS,
  decryptPersonal,
  KEYED_TOPICS,
  personalDataKeyFrom,
} from '@eventfleet/contracts';
import { describeWithRabbitmq, eventually, uniquePrefix, type AppProcess } from '@eventfleet/testing';
import { command, repliesTo, sendCommands } from './support/commands.js';
import { startFleet, type Fleet } from './support/fleet.js';
import { reflecting, send, type Answer } from './support/http.js';
import { readMails } from './support/mail-folder.js';
import { expectProblem } from './support/problem.js';
import { formsOf, scanDatabase, scanFiles, scanText, scanTopics, type Findings } from './support/scan.js';
import { readUserEvents } from './support/topic.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const TOPICS = [
  ...KEYED_TOPICS.map(({ name }) => name),
  ...DEAD_LETTER_GROUPS.map((group) => `${group}.dead-letter`),
  'fleet-notices',
];

const isProblem = (line: string) => line.includes('a place of an erasure');

/** In a name and an email. */
const markerOf = () => `Zx${randomUUID().replaceAll('-', '')}`;

describeWithRabbitmq('a user whose personal data is encrypted', (rabbitmqUrl) => {
  let dataDir: string;
  let fleet: Fleet;
  let apps: AppProcess[];
  let users: string;
  let queries: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'eventfleet-erasure-'));
    const env = {
      PERSONAL_DATA_KEY: KEY,
      USER_EVENTS_PARTITIONS: '3',
      RABBITMQ_URL: rabbitmqUrl,
      RABBITMQ_PREFIX: uniquePrefix('erasure'),
      EVENTFLEET_DATA_DIR: dataDir,
      ONBOARDING: 'on',
      VERIFICATION_SECRET: 'a-secret-that-only-this-test-knows',
      LOG_LEVEL: 'trace',
    };
    fleet = await startFleet('erasure', { commandApis: 2, projectors: 1, queryApis: 1, env });
    const others = await Promise.all([
      fleet.start('process-manager'),
      fleet.start('notifier', { PUBLIC_URL: fleet.commandApis[0]!.url }),
    ]);
    apps = [...fleet.commandApis, ...fleet.projectors, ...fleet.queryApis, ...others];
    users = `${fleet.commandApis[0]!.url}/users`;
    queries = `${fleet.queryApis[0]!.url}/users`;
  });
  afterAll(async () => {
    await fleet.stop();
    await rm(dataDir, { recursive: true });
  });

  /** Every place of the fleet that a text can be in. */
  async function scan(marker: string): Promise<Findings> {
    const forms = formsOf(marker);
    return [
      ...(await scanDatabase(fleet.eventStoreUrl, forms)),
      ...(await scanDatabase(fleet.readStoreUrl, forms)),
      ...(await scanTopics(fleet, TOPICS, forms)),
      ...(await scanFiles(dataDir, forms)),
      ...apps.flatMap((app) => scanText(`log of ${app.url}`, app.logs(), forms)),
    ];
  }

  const erasureOf = (location: string) => send('GET', `${fleet.commandApis[1]!.url}${location}`);

  async function untilDone(location: string): Promise<Answer['body']> {
    return eventually(
      async () => {
        const { body } = await erasureOf(location);
        if (body['state'] === 'done') return body;
        const places = body['places'] as readonly { readonly place: string }[];
        const problems = fleet.commandApis.flatMap((app) => app.logs().split('\n').filter(isProblem));
        throw new Error(`so far: ${places.map(({ place }) => place).join(', ')}\n${problems.join('\n')}`);
      },
      { deadlineMs: 90_000, describe: 'the end of the erasure' },
    );
  }

  /** A user who went through what the fleet does. Markers are in each name and each email. */
  async function live(marker: string): Promise<{ id: string; last: Answer }> {
    const id = randomUUID();
    const email = (n: number) => `${marker}.${n}@example.org`;
    const key = { 'Idempotency-Key': randomUUID() };
    const body = { id, name: `${marker} 1`, email: email(1) };
    expect((await send('POST', users, body, key)).status).toBe(201);
    expect((await send('POST', users, body, key)).headers.get('idempotency-replayed')).toBe('true');
    expect((await send('POST', users, { ...body, name: 'Other' }, key)).status).toBe(422);
    expectProblem(await send('POST', users, { name: 'Bea', email: email(1) }), 409, 'email-already-taken');
    for (let n = 2; n < 6; n++) {
      const change = { name: `${marker} ${n}`, email: email(n) };
      expect((await send('PUT', `${users}/${id}`, change)).status).toBe(200);
    }
    const renamed = command(id, { type: 'update-user', data: { name: `${marker} by Kafka` } });
    const bad = {
      ...command(id, { type: 'update-user', data: { name: marker } }),
      value: `{"name":"${marker}`,
    };
    await sendCommands(fleet.env, renamed, bad);
    await repliesTo(fleet.env, [renamed]);
    // Enough for a snapshot.
    let last = await send('PUT', `${users}/${id}`, { name: `${marker} 6` });
    for (let n = 0; n < 100; n++) last = await send('PUT', `${users}/${id}`, { name: `${marker} 7.${n}` });
    return { id, last };
  }

  it('is read in plain text by everybody who may, and stored by nobody but the read tables and mails', async () => {
    const marker = markerOf();
    const { id, last } = await live(marker);

    const current = await send('GET', `${queries}/${id}`, undefined, reflecting(last));
    expect(current.body).toMatchObject({ name: `${marker} 7.99`, email: `${marker}.5@example.org` });
    const past = await send('GET', `${queries}/${id}?version=1`, undefined, reflecting(last));
    expect(past.body).toMatchObject({ name: `${marker} 1`, email: `${marker}.1@example.org` });
    const listed = await send('GET', `${queries}?email=${marker}.5@EXAMPLE.org`, undefined, reflecting(last));
    expect(listed.body).toMatchObject({ items: [{ id }] });
    const trail = await send('GET', `${queries}/${id}/events?limit=1`, undefined, reflecting(last));
    expect(trail.body).toMatchObject({ items: [{ data: { name: `${marker} 1` } }] });

    const key = personalDataKeyFrom(
      (await send('GET', `${fleet.commandApis[1]!.url}/personal-data-keys/${id}`)).body,
    );
    const [created] = await eventually(
      async () => {
        const own = (await readUserEvents(fleet.env)).filter(({ aggregateId }) => aggregateId === id);
        return own.length > 0 && own;
      },
      { describe: 'the events in Kafka' },
    );
    expect(created!.data).toMatch(/"name":\{"\$enc":"/);
    expect(JSON.parse(decryptPersonal(created!, key).data)).toMatchObject({ name: `${marker} 1` });

    expect(await scanDatabase(fleet.eventStoreUrl, formsOf(marker))).toEqual([]);
    expect((await scanDatabase(fleet.readStoreUrl, formsOf(marker))).length).toBeGreaterThan(0);
    expect(await scanTopics(fleet, ['user-events', 'user-command-replies'], formsOf(marker))).toEqual([]);
  });

  it('is erased everywhere, and nothing of it can be found', async () => {
    const marker = markerOf();
    const { id, last } = await live(marker);
    await send('GET', `${queries}/${id}`, undefined, reflecting(last));
    await eventually(async () => (await readMails(dataDir)).length > 3, { describe: 'mails' });
    expect((await scan(marker)).length).toBeGreaterThan(0);

    const stale = { 'if-match': '"1"' };
    expectProblem(await send('POST', `${users}/${id}/erasure`, undefined, stale), 412, 'version-mismatch');
    const unknown = { 'if-none-match': '*' };
    expectProblem(await send('POST', `${users}/${id}/erasure`, undefined, unknown), 400, 'validation-failed');

    const accepted = await send('POST', `${users}/${id}/erasure`);

    expect(accepted.status).toBe(202);
    const location = accepted.headers.get('location')!;
    expect(location).toBe(`/erasures/${String(accepted.body['erasureId'])}`);
    expect((await send('POST', `${users}/${id}/erasure`)).body).toEqual(accepted.body);
    const keys = `${fleet.commandApis[1]!.url}/personal-data-keys/${id}`;
    expectProblem(await send('GET', keys), 404, 'not-found');

    const receipt = await untilDone(location);
    expect(receipt).toMatchObject({ userId: id, state: 'done' });
    const places = receipt['places'] as { place: string; outcome: string; count: number }[];
    expect(Object.fromEntries(places.map(({ place, outcome }) => [place, outcome]))).toMatchObject({
      'event-store': 'key-destroyed',
      snapshots: 'deleted',
      claims: 'deleted',
      'user-events': 'key-destroyed',
      rabbitmq: 'key-destroyed',
      'user-commands': 'deleted',
      'command-api.dead-letter': 'deleted',
      'read-model user-list': 'deleted',
      'process-managers': 'deleted',
      mails: 'deleted',
    });
    expect(await scan(marker)).toEqual([]);

    expect((await send('GET', `${queries}/${id}`)).status).toBe(404);
    const past = await send('GET', `${queries}/${id}?version=1`);
    expect(past.body).toMatchObject({ id, name: null, email: null, erased: true, version: 1 });
    const trail = await send('GET', `${queries}/${id}/events?limit=200`);
    const items = trail.body['items'] as { type: string; data: object; erased?: true }[];
    expect(items[0]).toMatchObject({
      type: 'user.created',
      data: { id, name: null, email: null },
      erased: true,
    });
    expect(items.every(({ erased }) => erased)).toBe(true);
    expect(items.at(-1)).toMatchObject({ type: 'user.erased', data: { id } });
    // Its email is free, its id is not.
    const again = { name: 'Bea', email: `${marker}.5@example.org` };
    expectProblem(await send('POST', users, { ...again, id }), 409, 'user-already-exists');
    expect((await send('POST', users, again)).status).toBe(201);
  });

  it('never was there', async () => {
    expectProblem(await send('POST', `${users}/${randomUUID()}/erasure`), 404, 'user-not-found');
    expectProblem(await erasureOf(`/erasures/${randomUUID()}`), 404, 'not-found');
  });
});

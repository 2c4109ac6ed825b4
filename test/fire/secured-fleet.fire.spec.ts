import { randomBytes, randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { findRabbitmq } from '@eventfleet/embedded';
import { createKafka, createPublisher } from '@eventfleet/kafka';
import { eventually, withClient } from '@eventfleet/testing';
import { pino } from 'pino';
import { APPS, roleOf, type App } from '../e2e/support/app-users.js';
import { reflecting, send } from '../e2e/support/http.js';
import { startSecuredFleet, type SecuredFleet } from '../e2e/support/secured-fleet.js';
import { kafkaSettingsOf } from '../e2e/support/topic.js';
import { describeConsole, retryDeadLetters } from './secured-fleet.console.cases.js';
import { describeRefusals } from './secured-fleet.refusals.cases.js';

const EVENTS = 'eventfleet';
const READ = 'eventfleet_read';
const SHARED = {
  EVENT_SIGNING_KEYS: `one:${randomBytes(32).toString('base64')}`,
  VERIFICATION_SECRET: randomBytes(24).toString('hex'),
  PERSONAL_DATA_KEY: randomBytes(32).toString('base64'),
};

const rabbitmq = await findRabbitmq(undefined);
const missing = 'program' in rabbitmq ? '' : ' (it needs an installed RabbitMQ)';

(missing ? describe.skip : describe)(`a fleet on secured servers${missing}`, () => {
  let fleet: SecuredFleet;
  beforeAll(async () => {
    fleet = await startSecuredFleet(SHARED);
  }, 420_000);
  afterAll(() => fleet?.stop(), 60_000);

  const users = () => `${fleet.apps['command-api'].url}/users`;
  const queries = () => fleet.apps['query-api'].url;
  const asRole = (app: App, database: string, sql: string) =>
    withClient(fleet.servers.database(database, roleOf(app)), (client) => client.query(sql));
  const asOwner = (database: string, sql: string) =>
    withClient(fleet.servers.postgresAsSuperuser(database), (client) => client.query(sql));

  async function createUser(name: string): Promise<{ id: string; token: Record<string, string> }> {
    const id = randomUUID();
    const created = await send('POST', users(), { id, name, email: `${id}@example.org` });
    expect(created.status).toBe(201);
    return { id, token: reflecting(created) };
  }

  it('takes commands, answers queries, sends mails', async () => {
    const { id, token } = await createUser('Ada');
    const pending = await send('GET', `${queries()}/users/${id}`, undefined, token);
    expect(pending.body).toMatchObject({ name: 'Ada', status: 'pending', version: 1 });
    const changed = await send('PUT', `${users()}/${id}`, { name: 'Bea' });
    const seen = await send('GET', `${queries()}/users/${id}`, undefined, reflecting(changed));
    expect(seen.body).toMatchObject({ name: 'Bea', version: 2 });
    const past = await send('GET', `${queries()}/users/${id}?version=1`);
    expect(past.body).toMatchObject({ name: 'Ada', version: 1 });
    const trail = await send('GET', `${queries()}/users/${id}/events`);
    expect(trail.body).toMatchObject({ items: [{ type: 'user.created' }, { type: 'user.updated' }] });

    await eventually(() => fleet.servers.mails.some((mail) => mail.includes(`${id}@example.org`)), {
      deadlineMs: 30_000,
      describe: 'the mail to the new user',
    });
    const started = () =>
      asOwner(EVENTS, `select from process_managers.instances where instance_id = '${id}'`);
    await eventually(async () => (await started()).rowCount === 1);

    const deleted = await send('DELETE', `${users()}/${id}`);
    const gone = await send('GET', `${queries()}/users/${id}`, undefined, reflecting(deleted));
    expect(gone.status).toBe(404);
  }, 90_000);

  it('parks an event, and applies it when an operator says so', async () => {
    await asOwner(READ, `alter table user_list add constraint test_only check (name <> 'Poison') not valid`);
    const { id, token } = await createUser('Poison');
    const parked = await send('GET', `${queries()}/users/${id}`, undefined, token);
    expect(parked.body).toMatchObject({ status: 503, reason: 'parked' });
    await asOwner(READ, 'alter table user_list drop constraint test_only');

    expect(await fleet.cli('parked', 'retry', id)).toMatch(/^1 keys? marked for retry/);

    await eventually(async () => {
      const answer = await send('GET', `${queries()}/users/${id}`, undefined, token);
      return answer.status === 200;
    });
  }, 90_000);

  it('is rebuilt by the owner, and serves the new tables', async () => {
    await fleet.cli('projection', 'rebuild', 'user-list');
    await fleet.cli('projection', 'compare', 'user-list');
    await fleet.cli('projection', 'switch', 'user-list');

    const { id, token } = await createUser('Cleo');
    const served = await send('GET', `${queries()}/users/${id}`, undefined, token);
    expect(served.body).toMatchObject({ name: 'Cleo', version: 1 });
  }, 90_000);

  it('erases a user in every place, the previous tables too', async () => {
    const { id } = await createUser('Dan');
    const asked = await send('POST', `${users()}/${id}/erasure`);
    expect(asked.status).toBe(202);
    const receipt = `${fleet.apps['command-api'].url}/erasures/${String(asked.body['erasureId'])}`;
    await eventually(async () => (await send('GET', receipt)).body['state'] === 'done', {
      deadlineMs: 60_000,
      describe: 'the end of the erasure',
    });
    await fleet.cli('projection', 'drop', 'user-list', 'previous');
  }, 90_000);

  describeConsole(() => fleet);

  it('is ready, and its servers have refused it nothing', async () => {
    for (const app of APPS) {
      // oxlint-disable-next-line no-restricted-globals -- the console's has headers that no description names
      const ready = await fetch(`${fleet.apps[app].url}/health/ready`);
      expect([app, ready.status]).toEqual([app, 200]);
      expect([app, await ready.json()]).toEqual([
        app,
        expect.objectContaining({
          details: expect.objectContaining({ access: expect.objectContaining({ status: 'up' }) }),
        }),
      ]);
    }
    const refusals = (await fleet.logs())
      .split('\n')
      .filter((line) => /permission denied|AUTHORIZATION_FAILED|ACCESS_REFUSED|refuses this app/.test(line));
    expect(refusals).toEqual([]);
  });

  it.each([
    ['command-api', EVENTS, 'update events set version = 1'],
    ['command-api', EVENTS, 'delete from events'],
    ['command-api', EVENTS, 'truncate events'],
    ['command-api', EVENTS, `select set_events_aside('user', '${randomUUID()}', 1)`],
    ['command-api', EVENTS, `update history_conflicts set mark = 'adopt'`],
    ['command-api', EVENTS, 'select * from notifier.inbox'],
    ['command-api', EVENTS, 'delete from history_replaced'],
    ['command-api', EVENTS, 'select data from history_replaced'],
    ['command-api', EVENTS, 'delete from personal_data_keys'],
    ['command-api', READ, 'update user_list set version = 1'],
    ['query-api', EVENTS, 'select * from personal_data_secrets'],
    ['query-api', READ, 'delete from user_list'],
    ['query-api', READ, 'create table own ()'],
    ['query-api', EVENTS, 'insert into claims default values'],
    ['query-api', EVENTS, 'select * from claims'],
    ['projector', EVENTS, 'insert into events default values'],
    ['process-manager', EVENTS, 'insert into events default values'],
    ['notifier', EVENTS, 'insert into events default values'],
    ['notifier', EVENTS, 'delete from notifier.inbox'],
    ['console', EVENTS, 'insert into events default values'],
    ['console', EVENTS, 'update events set version = 1'],
    ['console', EVENTS, 'delete from events'],
    ['console', EVENTS, `select set_events_aside('user', '${randomUUID()}', 1)`],
    ['console', EVENTS, 'delete from operators.actions'],
    ['console', EVENTS, `update operators.actions set actor = 'nobody'`],
    ['console', EVENTS, `update history_conflicts set resolution = 'kept'`],
    ['console', READ, 'create role other'],
  ] as const)('gives %s no right in %s to: %s', async (app, database, sql) => {
    await expect(asRole(app, database, sql)).rejects.toMatchObject({ code: '42501' });
  });

  it.each(['process-manager', 'notifier'] as const)(
    'lets %s not even connect to a database that it does not need',
    async (app) => {
      await expect(asRole(app, READ, 'select')).rejects.toMatchObject({ code: '42501' });
    },
  );

  it.each([
    ['command-api', 'user-events', true],
    ['projector', 'user-events', false],
    ['process-manager', 'user-events', false],
    ['notifier', 'user-events', false],
    ['query-api', 'user-events', false],
    ['console', 'user-events', false],
    ['projector', 'user-commands', false],
    ['process-manager', 'user-command-replies', false],
  ] as const)('lets %s write to %s: %s', async (app, topic, isAllowed) => {
    const settings = kafkaSettingsOf(await fleet.envOf(app));
    const publisher = createPublisher(createKafka(settings, 'test', pino({ level: 'silent' })));
    // A record without a key and a value is set aside by its consumers, and changes nothing.
    const written = publisher.publish(topic, [{ partition: 0, key: null, value: null, headers: {} }]);
    const refusal = await written.then(
      () => '',
      (error: unknown) => inspect(error, { depth: 8 }),
    );
    if (isAllowed) expect(refusal).toBe('');
    else expect(refusal).toMatch(/not authorized/i);
    await publisher.disconnect();
  });

  it('lets nobody make an event by the console out of what is none', async () => {
    const answer = await retryDeadLetters(fleet, 'user-list.dead-letter');
    expect(answer).toMatchObject({ status: 502, body: { code: 'server-refused' } });
  }, 30_000);

  describeRefusals(() => fleet);

  it('has written no secret down', async () => {
    const logs = await fleet.logs();
    expect(logs.length).toBeGreaterThan(10_000);
    const [, signingKey = ''] = SHARED.EVENT_SIGNING_KEYS.split(':');
    const secrets = [
      ...fleet.servers.secrets.values(),
      SHARED.VERIFICATION_SECRET,
      SHARED.PERSONAL_DATA_KEY,
      signingKey,
    ];
    const forms = secrets.flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      Buffer.from(secret).toString('hex'),
    ]);
    expect(forms.filter((form) => logs.includes(form))).toEqual([]);
  });
});

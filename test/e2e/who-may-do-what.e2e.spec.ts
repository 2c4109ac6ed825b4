import { randomUUID } from 'node:crypto';
import { endOffsets, readLogTail } from '@eventfleet/kafka';
import {
  badAuthorizations,
  eventually,
  startTestIssuer,
  type AppProcess,
  type TestIssuer,
} from '@eventfleet/testing';
import { createCommand, repliesTo, sendCommands, type RawCommand } from './support/commands.js';
import { startFleet, type Fleet } from './support/fleet.js';
import { reflecting, send } from './support/http.js';
import { kafkaOf, readUserEvents } from './support/topic.js';
import { emailOf } from './support/users.js';

/** The fleet with an issuer: who is let in, over HTTP and Kafka, and what tells who asked. */

const SAGA = { id: 'saga', secret: 'the secret of the saga' };
const CLI = { id: 'command-line', secret: 'the secret of the command line' };

const CONSOLE = { id: 'console', secret: 'the secret of the console' };

let issuer: TestIssuer;
let fleet: Fleet;
let console: AppProcess;
let users: string;
let queries: string;
/** Every token that was sent. */
const tokens: string[] = [];

beforeAll(async () => {
  issuer = await startTestIssuer();
  for (const { id, secret } of [SAGA, CLI, CONSOLE]) issuer.clients.set(id, { secret, scope: 'users:write' });
  const env = {
    ...issuer.variables,
    USER_EVENTS_PARTITIONS: '3',
    ONBOARDING: 'on',
    ONBOARDING_TIMEOUT: '2s',
    VERIFICATION_SECRET: 'a secret of this test, long enough to be one',
    OIDC_CLIENT_ID: CLI.id,
    OIDC_CLIENT_SECRET: CLI.secret,
  };
  fleet = await startFleet('who-may', { projectors: 1, queryApis: 1, env });
  await fleet.start('process-manager', { OIDC_CLIENT_ID: SAGA.id, OIDC_CLIENT_SECRET: SAGA.secret });
  console = await fleet.start('console', {
    OIDC_CLIENT_ID: CONSOLE.id,
    OIDC_CLIENT_SECRET: CONSOLE.secret,
  });
  users = `${fleet.commandApis[0]!.url}/users`;
  queries = `${fleet.queryApis[0]!.url}/users`;
});
afterAll(async () => {
  await fleet.stop();
  await issuer.close();
});

async function as(sub: string, scope: string): Promise<Record<string, string>> {
  const token = await issuer.token({ sub, scope });
  tokens.push(token);
  return { authorization: `Bearer ${token}` };
}

async function create(sub: string, id: string = randomUUID(), more: Record<string, string> = {}) {
  const body = { id, name: 'Ada', email: emailOf(id) };
  return send('POST', users, body, { ...(await as(sub, 'users:write')), ...more });
}

async function withToken(raw: RawCommand, sub: string, scope = 'users:write'): Promise<RawCommand> {
  return { ...raw, headers: { ...raw.headers, ...(await as(sub, scope)) } };
}

async function eventsOf(id: string) {
  return (await readUserEvents(fleet.env)).filter(({ aggregateId }) => aggregateId === id);
}

/** Of `command-api`, whole, in texts. */
async function deadLetters(): Promise<string[]> {
  const kafka = kafkaOf(fleet.env);
  const topic = `${fleet.topicPrefix}command-api.dead-letter`;
  const starts = new Map(
    [...(await endOffsets(kafka, topic))].map(([partition, { start }]) => [partition, start]),
  );
  const records = [...(await readLogTail(kafka, topic, starts)).values()].flat();
  return records.map(({ value, headers }) => JSON.stringify([String(value), headers]));
}

describe('with an issuer', () => {
  it('who asked goes with the event, and is no part of its data', async () => {
    const id = randomUUID();
    const created = await create('auth0|ada', id);
    expect(created.status).toBe(201);
    const history = await send('GET', `${queries}/${id}/events`, undefined, {
      ...(await as('eve', 'users:history')),
      ...reflecting(created),
    });
    const [first] = history.body['items'] as unknown[];
    expect(first).toMatchObject({ type: 'user.created', actor: 'auth0|ada' });

    const [event] = await eventually(async () => {
      const found = await eventsOf(id);
      return found.length > 0 && found;
    });
    expect(event).toMatchObject({ actor: 'auth0|ada' });
    expect(event?.data).not.toContain('auth0');

    const read = await send('GET', `${queries}/${id}`, undefined, {
      ...(await as('eve', 'users:read')),
      ...reflecting(created),
    });
    expect(read.status).toBe(200);
    expect(JSON.stringify(read.body)).not.toContain('auth0');
  });

  it('nobody gets in with a bad token, and nothing is done', async () => {
    for (const [name, authorization] of await badAuthorizations(issuer, 'users:write')) {
      const id = randomUUID();
      const headers = authorization === undefined ? {} : { authorization };
      const refused = await send('POST', users, { id, name: 'Ada', email: emailOf(id) }, headers);
      expect({ name, status: refused.status }).toEqual({ name, status: 401 });
      expect(refused.body['code']).toBe('unauthenticated');
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer /);
    }
    const refused = await send('POST', users, {}, await as('eve', 'users:read'));
    expect([refused.status, refused.body['code']]).toEqual([403, 'insufficient-scope']);
  });

  it('an idempotency key is that of its subject', async () => {
    const key = { 'idempotency-key': randomUUID() };
    const [id, other] = [randomUUID(), randomUUID()];
    expect((await create('ada', id, key)).status).toBe(201);
    const repeated = await create('ada', id, key);
    expect([repeated.status, repeated.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
    const ofOther = await create('eve', other, key);
    expect([ofOther.status, ofOther.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect(ofOther.body['id']).toBe(other);
  });

  it('commands over Kafka need a token', async () => {
    const [id, other] = [randomUUID(), randomUUID()];
    const sent = [
      createCommand(id),
      await withToken(createCommand(id), 'eve', 'users:read users:history'),
      await withToken(createCommand(other), 'shop'),
    ];
    await sendCommands(fleet.env, ...sent);
    const replies = await repliesTo(fleet.env, sent);
    const outcome = new Map(
      replies.map(({ reply: { type, data } }) => [data.commandId, 'code' in data ? data.code : type]),
    );
    expect(sent.map(({ headers }) => outcome.get(headers['ce_id']!))).toEqual([
      'unauthenticated',
      'insufficient-scope',
      'command.accepted',
    ]);
    await eventually(async () => (await eventsOf(other)).length > 0);
    // What the saga adds meanwhile is its own.
    expect((await eventsOf(other))[0]).toMatchObject({ type: 'user.created', actor: 'shop' });
    expect(await eventsOf(id)).toEqual([]);
  });

  it('a dead letter has no token, and is tried again with that of the operator', async () => {
    const id = randomUUID();
    const broken = await withToken({ ...createCommand(id), value: '{"name":' }, 'shop');
    await sendCommands(fleet.env, broken);
    const [letter] = await eventually(async () => {
      const found = (await deadLetters()).filter((text) => text.includes(broken.headers['ce_id']!));
      return found.length > 0 && found;
    });
    expect(letter).toContain('malformed-json');
    for (const token of tokens) expect(letter).not.toContain(token);

    expect(await fleet.cli('dead-letter', 'retry', '--all')).toContain('published again');
    await eventually(async () => {
      const again = (await deadLetters()).filter((text) => text.includes(broken.headers['ce_id']!));
      return again.length === 2;
    });

    const offset = (await endOffsets(kafkaOf(fleet.env), `${fleet.topicPrefix}command-api.dead-letter`)).get(
      0,
    )!.end;
    const retried = await send(
      'POST',
      `${console.url}/api/dead-letters/retries`,
      { topic: `${fleet.topicPrefix}command-api.dead-letter`, offset: String(offset - 1n) },
      await as('grace', 'fleet:operate'),
    );
    expect([retried.status, retried.body]).toEqual([200, { retried: 1, passedOver: 0 }]);
    await eventually(async () => {
      const again = (await deadLetters()).filter((text) => text.includes(broken.headers['ce_id']!));
      return again.length === 3;
    });
    const actions = await send('GET', `${console.url}/api/actions`, undefined, await as('eve', 'fleet:read'));
    expect(actions.body['items']).toMatchObject([
      { action: 'dead-letter.retry', actor: 'grace', outcome: 'done' },
    ]);
  });

  it('a saga acts in its own name', async () => {
    const id = randomUUID();
    expect((await create('ada', id)).status).toBe(201);
    const history = await eventually(
      async () => {
        const found = await eventsOf(id);
        return found.some(({ type }) => type === 'user.deactivated') && found;
      },
      { deadlineMs: 60_000, describe: 'the deactivation' },
    );
    const actors = new Map(history.map(({ type, actor }) => [type, actor]));
    expect(actors.get('user.created')).toBe('ada');
    expect(actors.get('user.deactivated')).toBe(SAGA.id);
  });

  it('goes on for those whose key is known while the issuer is away, and takes a new key once it is back', async () => {
    const known = await as('ada', 'users:write');
    issuer.isAway = true;
    const id = randomUUID();
    const created = await send('POST', users, { id, name: 'Ada', email: emailOf(id) }, known);
    expect(created.status).toBe(201);
    issuer.isAway = false;
    await issuer.rotate();
    expect((await create('grace')).status).toBe(201);
  });

  it('keeps every token and secret out of the logs', async () => {
    const apps = [...fleet.commandApis, ...fleet.projectors, ...fleet.queryApis, console];
    const logs = apps.map((app) => app.logs()).join('\n');
    for (const secret of [...tokens, SAGA.secret, CLI.secret, CONSOLE.secret])
      expect(logs).not.toContain(secret);
    expect(logs).not.toContain('auth0|ada');
    const audited = logs.split('\n').filter((line) => line.includes('"audit":true'));
    expect(audited.length).toBeGreaterThan(0);
    for (const line of audited) expect(JSON.parse(line)).toHaveProperty('actorHash');
  });
});

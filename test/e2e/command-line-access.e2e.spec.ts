import { randomUUID } from 'node:crypto';
import { SCOPES } from '@eventfleet/auth';
import { createPublisher, toDeadLetter } from '@eventfleet/kafka';
import { badAuthorizations, startTestIssuer, withClient, type TestIssuer } from '@eventfleet/testing';
import { createCommand, repliesTo, type RawCommand } from './support/commands.js';
import { startFleet, type Fleet } from './support/fleet.js';
import { send } from './support/http.js';
import { kafkaOf } from './support/topic.js';
import { emailOf } from './support/users.js';

/** What the command line does with a token of its client at the issuer: it erases users, and sends commands again. */

const SECRET = 'the secret of every client here';
const PARTITIONS = 3;

let issuer: TestIssuer;
let fleet: Fleet;
/** Who is to be erased. */
let userId: string;
let letters = 0n;

beforeAll(async () => {
  issuer = await startTestIssuer();
  const env = {
    ...issuer.variables,
    PERSONAL_DATA_KEY: Buffer.alloc(32, 7).toString('base64'),
    USER_EVENTS_PARTITIONS: String(PARTITIONS),
  };
  fleet = await startFleet('cli-access', { projectors: 1, env });
  userId = randomUUID();
  const token = await issuer.token({ scope: 'users:write' });
  const user = { id: userId, name: 'Ada', email: emailOf(userId) };
  const created = await send('POST', `${fleet.commandApis[0]!.url}/users`, user, {
    authorization: `Bearer ${token}`,
  });
  expect(created.status).toBe(201);
});
afterAll(async () => {
  await fleet.stop();
  await issuer.close();
});

/** The variables of a client that the issuer gives this token. */
function clientOf(token: string): Record<string, string> {
  const id = randomUUID();
  issuer.clients.set(id, { secret: SECRET, scope: '', token });
  return { OIDC_CLIENT_ID: id, OIDC_CLIENT_SECRET: SECRET };
}

/** @returns what it prints; of a refusal, why */
function run(env: Record<string, string>, ...args: string[]): Promise<string> {
  const commandApi = `command-api=${fleet.commandApis[0]!.url}`;
  return fleet
    .cliWith({ FLEET_APP_URLS: commandApi, ...env }, ...args)
    .catch((error: { stderr?: string }) => String(error.stderr));
}

const erase = (env: Record<string, string>, ...options: string[]) =>
  run(env, 'erase', userId, '--json', ...options);

/** Of a command that a group has set aside. */
async function writeLetter(): Promise<{ address: string; command: RawCommand }> {
  const command = createCommand(randomUUID());
  const topic = `${fleet.topicPrefix}command-api.dead-letter`;
  const headers = Object.entries(command.headers).map(([name, text]) => [name, Buffer.from(text)]);
  const record = {
    key: Buffer.from(command.key!),
    value: Buffer.from(command.value!),
    headers: Object.fromEntries(headers) as Record<string, Buffer>,
    offset: 0n,
    timestamp: Date.now(),
  };
  const identity = { clusterId: 'c', topicId: 't', partitions: PARTITIONS };
  const source = { topic: `${fleet.topicPrefix}user-commands`, partition: 0, identity };
  const publisher = createPublisher(kafkaOf(fleet.env));
  await publisher.publish(topic, [toDeadLetter(record, source, { code: 'no', message: 'no', attempts: 1 })]);
  await publisher.disconnect();
  return { address: `${topic}/0/${letters++}`, command };
}

/** @returns the code of its refusal, or that it was accepted */
async function retry(env: Record<string, string>): Promise<string> {
  const { address, command } = await writeLetter();
  const printed = await run(env, 'dead-letter', 'retry', address);
  if (!printed.includes('published again')) return printed;
  const [received] = await repliesTo(fleet.env, [command]);
  const { type, data } = received!.reply;
  return 'code' in data ? data.code : type;
}

async function erasures(): Promise<number> {
  const { rowCount } = await withClient(fleet.eventStoreUrl, (client) =>
    client.query('select from erasures'),
  );
  return rowCount ?? 0;
}

describe('the command line', () => {
  it('is let in with no bad token', async () => {
    for (const [name, authorization = ''] of await badAuthorizations(issuer, SCOPES.join(' '))) {
      const [, token] = /^Bearer (.+)$/.exec(authorization) ?? [];
      // An issuer gives a token, or none.
      if (token === undefined) continue;
      const client = clientOf(token);
      const [erased, retried] = await Promise.all([erase(client), retry(client)]);
      expect([name, erased]).toEqual([name, expect.stringContaining('command-api refuses: unauthenticated')]);
      expect([name, retried]).toEqual([name, 'unauthenticated']);
    }
    expect(await erasures()).toBe(0);
  });

  it('is let in with no token', async () => {
    expect(await erase({})).toContain('command-api refuses: unauthenticated');
    expect(await retry({})).toContain('Commands need a token: set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET');
    expect(await erasures()).toBe(0);
  });

  it('is let in only with the scope of what it does', async () => {
    const without = async (scope: string) =>
      clientOf(await issuer.token({ scope: SCOPES.filter((each) => each !== scope).join(' ') }));
    expect(await erase(await without('users:erase'))).toContain('insufficient-scope');
    expect(await retry(await without('users:write'))).toBe('insufficient-scope');
    expect(await erasures()).toBe(0);

    const withScope = async (scope: string) => clientOf(await issuer.token({ scope }));
    expect(await retry(await withScope('users:write'))).toBe('command.accepted');
    const eraser = await withScope('users:erase');
    expect(JSON.parse(await erase(eraser))).toMatchObject({ userId, state: 'running' });
    expect(await fleet.cli('status')).toMatch(/^erasures\n {2}1 running, the oldest \d/m);
    expect(JSON.parse(await erase(eraser, '--wait'))).toMatchObject({ userId, state: 'done' });
    expect(await fleet.cli('status')).toMatch(/^erasures\n {2}none is running/m);
  });
});

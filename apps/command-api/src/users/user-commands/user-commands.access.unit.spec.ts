import { createTokenVerifier, SCOPES } from '@eventfleet/auth';
import { toUserCommand, type CloudEventMessage } from '@eventfleet/contracts';
import type { KafkaRecord, RecordHandler } from '@eventfleet/kafka';
import { badAuthorizations, startTestIssuer, type TestIssuer } from '@eventfleet/testing';
import { pino, type Logger } from 'pino';
import { CommandAuthentication } from '../../kafka/command-authentication.js';
import { CreateUser } from '../create-user/create-user.command.js';
import { UserCommandsConsumer } from './user-commands.consumer.js';

const ID = '0190b6e8-0000-7000-8000-000000000001';
const MINUTE_MS = 60_000;

let issuer: TestIssuer;
let logged: string[];
let executed: CreateUser[];
let replies: CloudEventMessage[];
let handle: RecordHandler;

beforeEach(async () => {
  issuer = await startTestIssuer();
  [logged, executed, replies] = [[], [], []];
  handle = handlerWith(
    createTokenVerifier({ issuer: issuer.url, audience: issuer.audience }, loggerOf()) ?? null,
  );
});

afterEach(() => issuer.close());

function loggerOf(): Logger {
  return pino({ level: 'trace' }, { write: (line) => logged.push(line) });
}

function handlerWith(verifier: ConstructorParameters<typeof CommandAuthentication>[0]): RecordHandler {
  let handler: RecordHandler | undefined;
  const bus = {
    execute: async (command: CreateUser) => {
      executed.push(command);
      return { kind: 'accepted', version: 1, events: [] };
    },
  };
  const producer = { publish: async (_topic: string, reply: CloudEventMessage) => replies.push(reply) };
  const consumers = { deadLettered: (given: RecordHandler) => (handler = given) };
  const config = { personalDataKeys: [] };
  const parts = [bus, producer, new CommandAuthentication(verifier), loggerOf(), consumers, config, {}];
  Reflect.construct(UserCommandsConsumer, parts);
  return handler!;
}

function record(authorization?: string, appendedAt?: number): KafkaRecord {
  const { key, value, headers } = toUserCommand(
    { commandId: 'c 1', userId: ID, type: 'create-user', data: { name: 'Ada', email: 'ada@example.org' } },
    { source: '/shop', time: '2026-01-01T00:00:00Z' },
  );
  return {
    key: Buffer.from(key),
    value: Buffer.from(value),
    headers: {
      ...headers,
      ...(authorization === undefined ? {} : { authorization: Buffer.from(authorization) }),
    },
    offset: 1n,
    timestamp: 0,
    appendedAt,
  };
}

const source = {
  topic: 'user-commands',
  partition: 0,
  identity: { clusterId: 'c', topicId: 't', partitions: 1 },
};

async function replyTo(given: KafkaRecord): Promise<{ type?: string | undefined; code?: string }> {
  await handle(given, source);
  const { headers, value } = replies.pop()!;
  return { ...(JSON.parse(value) as { code?: string }), type: headers['ce_type'] };
}

describe('a command over Kafka, if tokens are needed', () => {
  it('is rejected without a good token, and nothing is decided', async () => {
    for (const [name, authorization] of await badAuthorizations(issuer, 'users:write')) {
      const { type, code } = await replyTo(record(authorization));
      expect({ name, type, code }).toEqual({ name, type: 'command.rejected', code: 'unauthenticated' });
    }
    expect(executed).toEqual([]);
  });

  it('is rejected without the scope', async () => {
    const scope = SCOPES.filter((each) => each !== 'users:write').join(' ');
    const { code } = await replyTo(record(`Bearer ${await issuer.token({ scope })}`));
    expect(code).toBe('insufficient-scope');
    expect(executed).toEqual([]);
  });

  it('is decided with the scope, with and without the word Bearer, for who sent it', async () => {
    const token = await issuer.token({ scope: 'users:write', sub: 'grace' });
    expect(await replyTo(record(`Bearer ${token}`))).toMatchObject({ type: 'command.accepted' });
    expect(await replyTo(record(token))).toMatchObject({ type: 'command.accepted' });
    expect(executed.map(({ context }) => context.metadata.actor)).toEqual(['grace', 'grace']);
  });

  it('may have waited for longer than its token lives, if the broker says when it came', async () => {
    const token = await issuer.token({ scope: 'users:write' }, { expiresIn: -60 });
    expect(await replyTo(record(token, Date.now() - 2 * MINUTE_MS))).toMatchObject({
      type: 'command.accepted',
    });
    expect(await replyTo(record(token, Date.now()))).toMatchObject({ code: 'unauthenticated' });
    expect(await replyTo({ ...record(token), timestamp: Date.now() - 2 * MINUTE_MS })).toMatchObject({
      code: 'unauthenticated',
    });
  });

  it('waits while nobody can tell', async () => {
    const token = await issuer.token({ scope: 'users:write' });
    issuer.isAway = true;
    await expect(handle(record(token), source)).rejects.toMatchObject({ code: 'issuer-unavailable' });
    expect(replies).toEqual([]);
  });

  it('leaves its token nowhere', async () => {
    const bad = await issuer.token({ scope: 'users:write', aud: 'other' });
    const good = await issuer.token({ scope: 'users:write' });
    for (const token of [bad, good]) await handle(record(token), source);
    const left = JSON.stringify([logged, replies, executed]);
    for (const token of [bad, good]) expect(left).not.toContain(token.split('.')[2]);
  });

  it('needs none if nobody has to say who asks', async () => {
    handle = handlerWith(null);
    expect(await replyTo(record())).toMatchObject({ type: 'command.accepted' });
    expect(executed[0]?.context.metadata).not.toHaveProperty('actor');
  });
});

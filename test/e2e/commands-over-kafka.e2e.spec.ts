import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { partitionOf, readLogTail } from '@eventfleet/kafka';
import { eventually, sendCompressed } from '@eventfleet/testing';
import {
  command,
  createCommand,
  eventsOf,
  readReplies,
  renameCommand as rename,
  repliesTo,
  sendCommands,
  type RawCommand,
} from './support/commands.js';
import { expectDescribedRecord } from './support/description/described-messages.js';
import { startFleet, type Fleet } from './support/fleet.js';
import { send } from './support/http.js';
import { expectProblem } from './support/problem.js';
import { kafkaOf } from './support/topic.js';
import { createUserAt, emailOf } from './support/users.js';

let fleet: Fleet;
let store: pg.Pool;

beforeAll(async () => {
  const onboarding = { ONBOARDING: 'on', VERIFICATION_SECRET: 'a-secret-that-only-this-test-knows' };
  fleet = await startFleet('commands-kafka', {
    commandApis: 1,
    env: { USER_EVENTS_PARTITIONS: '3', ...onboarding },
  });
  store = new pg.Pool({ connectionString: fleet.eventStoreUrl });
});
afterAll(async () => {
  await store.end();
  await fleet.stop();
});

describe('commands over Kafka', () => {
  it('take effect as those over HTTP do, and are replied to with the user as the key', async () => {
    const id = randomUUID();
    const carried = {
      correlationId: 'order 7',
      causationId: 'checkout 1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const create = command(id, { type: 'create-user', data: { name: 'Ada', email: emailOf(id) } }, carried);
    const sent = [
      create,
      createCommand(id),
      rename(id, 'Ada L.'),
      command(id, { type: 'update-user', data: { name: 'Eve' } }, { expectedVersion: 1 }),
      command(id, { type: 'remind-user', data: {} }),
      command(id, { type: 'deactivate-user', data: { reason: 'email-not-verified' } }),
      command(id, { type: 'deactivate-user', data: { reason: 'email-not-verified' } }),
      rename(id, 'Eve'),
      command(id, { type: 'delete-user', data: {} }, { expectedVersion: 4 }),
      rename(id, 'Eve'),
    ];
    await sendCommands(fleet.env, ...sent);

    const replies = await repliesTo(fleet.env, sent);
    expect(
      replies.map(({ reply: { type, data } }) => [type, 'code' in data ? data.code : data.version]),
    ).toEqual([
      ['command.accepted', 1],
      ['command.rejected', 'user-already-exists'],
      ['command.accepted', 2],
      ['command.rejected', 'version-mismatch'],
      ['command.accepted', 3],
      ['command.accepted', 4],
      ['command.rejected', 'user-not-pending'],
      ['command.rejected', 'user-deactivated'],
      ['command.accepted', 5],
      ['command.rejected', 'user-not-found'],
    ]);
    const [first] = replies;
    const commandId = create.headers.ce_id;
    expect(first?.reply.data).toEqual({
      commandId,
      commandSource: '/test',
      type: 'create-user',
      id,
      version: 1,
    });
    expect(first?.headers).toMatchObject({
      ce_type: 'command.accepted',
      ce_subject: id,
      ce_causationid: commandId,
      ce_commandsource: '/test',
      ce_correlationid: 'order 7',
      traceparent: carried.traceparent,
    });
    const events = await eventsOf(store, id);
    expect(events.map(({ event_type: type }) => type)).toEqual([
      'user.created',
      'user.updated',
      'user.verification-reminded',
      'user.deactivated',
      'user.deleted',
    ]);
    expect(events[0]).toMatchObject({
      data: { id, name: 'Ada', status: 'pending' },
      correlation_id: 'order 7',
      causation_id: commandId,
      traceparent: carried.traceparent,
    });
  });

  it('and HTTP see the same users', async () => {
    const users = `${fleet.commandApis[0]!.url}/users`;
    const id = await createUserAt(users);
    const deactivate = command(id, { type: 'deactivate-user', data: { reason: 'notification-failed' } });
    await sendCommands(fleet.env, deactivate);
    await repliesTo(fleet.env, [deactivate]);

    expectProblem(await send('PUT', `${users}/${id}`, { name: 'Eve' }), 409, 'user-deactivated');
    expect((await send('DELETE', `${users}/${id}`)).body).toEqual({ id, version: 3 });
  });

  it('sent three times take effect once, with three equal replies', async () => {
    const id = randomUUID();
    const [create, change] = [createCommand(id), rename(id, 'Ada L.')];
    await sendCommands(fleet.env, create, create, change, create, change, change);

    const replies = await repliesTo(fleet.env, [create, change], 6);
    for (const { headers } of [create, change]) {
      const texts = replies
        .filter(({ reply }) => reply.data.commandId === headers.ce_id)
        .map(({ text }) => text);
      expect(texts).toHaveLength(3);
      expect(new Set(texts).size).toBe(1);
    }
    expect(await eventsOf(store, id)).toHaveLength(2);
  });

  it('with an id that was used for another command are rejected, and change nothing', async () => {
    const id = randomUUID();
    const create = createCommand(id);
    const other = {
      ...rename(id, 'Eve'),
      headers: { ...rename(id, 'Eve').headers, ce_id: create.headers.ce_id! },
    };
    await sendCommands(fleet.env, create, other, create);

    const replies = await repliesTo(fleet.env, [create], 3);
    expect(replies.map(({ reply }) => ('code' in reply.data ? reply.data.code : reply.type))).toEqual([
      'command.accepted',
      'idempotency-key-reused',
      'command.accepted',
    ]);
    expect(replies[1]?.headers.ce_id).not.toBe(replies[0]?.headers.ce_id);
    expect(await eventsOf(store, id)).toHaveLength(1);
  });

  it('of two sources are two commands, also with one id', async () => {
    const [a, b] = [randomUUID(), randomUUID()];
    const first = createCommand(a);
    const second = createCommand(b);
    const headers = { ...second.headers, ce_id: first.headers.ce_id!, ce_source: '/test/other' };
    await sendCommands(fleet.env, first, { ...second, headers }, first);

    const replies = await repliesTo(fleet.env, [first], 3);
    expect(new Set(replies.map(({ reply }) => reply.type))).toEqual(new Set(['command.accepted']));
    const ids = replies.map(({ headers: { ce_commandsource: source, ce_id: id } }) => `${source} ${id}`);
    expect(new Set(ids).size).toBe(2);
    expect(await eventsOf(store, a)).toHaveLength(1);
    expect(await eventsOf(store, b)).toHaveLength(1);
  });

  it('that cannot be read go to the dead letter topic, and those behind them go on', async () => {
    const id = randomUUID();
    const good = createCommand(id);
    const garbage: RawCommand[] = [
      { ...good, key: null },
      { ...good, key: randomUUID() },
      { ...good, value: '{' },
      { ...good, value: null },
      { ...good, value: '{"name":"A secret name"}' },
      { ...good, headers: { ...good.headers, ce_type: 'promote-user' } },
      { ...good, headers: { ...good.headers, ce_id: 'x'.repeat(256) } },
      { ...good, headers: { ...good.headers, ce_source: 'x'.repeat(1_025) } },
      { ...good, headers: { ce_type: 'create-user' } },
    ];
    await sendCommands(fleet.env, ...garbage, good);

    expect((await repliesTo(fleet.env, [good])).map(({ reply }) => reply.type)).toEqual(['command.accepted']);
    const topic = `${fleet.topicPrefix}command-api.dead-letter`;
    const dead = await eventually(async () => {
      const records = (await readLogTail(kafkaOf(fleet.env), topic, new Map([[0, 0n]]))).get(0) ?? [];
      return records.length === garbage.length && records;
    });
    for (const record of dead) expectDescribedRecord('command-api.dead-letter', record);
    const codes = dead.map(({ headers }) => String(headers?.['x-error-code']));
    expect(codes.toSorted()).toEqual([
      ...Array.from({ length: 2 }, () => 'malformed-json'),
      ...Array.from({ length: 5 }, () => 'malformed-message'),
      'schema-violation',
      'unknown-event-type',
    ]);
    expect(dead.map(({ headers }) => String(headers?.['x-error-message'])).join()).not.toContain('secret');
    expect(fleet.commandApis[0]!.logs()).not.toMatch(/secret name|example\.org/);
  });

  it('are read however they are compressed', async () => {
    const id = randomUUID();
    const at = { topic: `${fleet.topicPrefix}user-commands`, key: id, partition: partitionOf(id, 3) };
    const sent = [createCommand(id), ...[1, 2, 3].map((nth) => rename(id, `Ada ${nth}`))];
    for (const [nth, compression] of (['gzip', 'snappy', 'lz4', 'zstd'] as const).entries()) {
      const { value, headers } = sent[nth]!;
      await sendCompressed(compression, [{ ...at, value: value ?? '', headers }]);
    }

    const replies = await repliesTo(fleet.env, sent);
    expect(replies.map(({ reply }) => reply.type)).toEqual(sent.map(() => 'command.accepted'));
  });

  it('are each handled once by a process that stops under way, and the one after it', async () => {
    const ids = Array.from({ length: 200 }, () => randomUUID());
    const sent = ids.map((id) => createCommand(id));
    const before = (await readReplies(fleet.env)).length;
    await sendCommands(fleet.env, ...sent);
    await eventually(async () => (await readReplies(fleet.env)).length > before);
    expect(await fleet.commandApis[0]!.stop()).toBe('exit code 0');
    const again = await fleet.start('command-api');
    await repliesTo(fleet.env, sent);
    expect(await again.stop()).toBe('exit code 0');

    expect(await repliesTo(fleet.env, sent)).toHaveLength(sent.length);
  });
});

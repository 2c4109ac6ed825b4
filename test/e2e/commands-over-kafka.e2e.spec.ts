import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import pg from 'pg';
import type { Failpoint } from '@eventfleet/resilience';
import { startApp, eventually } from '@eventfleet/testing';
import { command, readReplies, repliesTo, sendCommands, type RawCommand } from './support/commands.js';
import { startFleet, type Fleet } from './support/fleet.js';
import { send } from './support/http.js';
import { startOutageProxy } from './support/outage-proxy.js';
import { expectProblem } from './support/problem.js';
import { createUserAt, emailOf } from './support/users.js';

jest.setTimeout(120_000);

let fleet: Fleet;
let store: pg.Pool;

async function start(commandApis: number, more: Record<string, string> = {}): Promise<void> {
  const env = { USER_EVENTS_PARTITIONS: '3', ...more };
  fleet = await startFleet('commands-kafka', { commandApis, env });
  store = new pg.Pool({ connectionString: fleet.eventStoreUrl });
}
async function stop(): Promise<void> {
  await store.end();
  await fleet.stop();
}

const createCommand = (id: string, name = 'Ada') =>
  command(id, { type: 'create-user', data: { name, email: emailOf(id) } });
const rename = (id: string, name: string) => command(id, { type: 'update-user', data: { name } });

interface StoredEvent {
  readonly event_type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly causation_id: string;
}

async function eventsOf(id: string) {
  const { rows } = await store.query<StoredEvent>(
    'select event_type, data, correlation_id, causation_id, traceparent from events where aggregate_id = $1 order by version',
    [id],
  );
  return rows;
}

describe('commands over Kafka', () => {
  beforeAll(() => start(1, { ONBOARDING: 'on', VERIFICATION_SECRET: 'a-secret-that-only-this-test-knows' }));
  afterAll(stop);

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
    expect(first?.reply.data).toEqual({ commandId, type: 'create-user', id, version: 1 });
    expect(first?.headers).toMatchObject({
      ce_type: 'command.accepted',
      ce_subject: id,
      ce_causationid: commandId,
      ce_correlationid: 'order 7',
      traceparent: carried.traceparent,
    });
    const events = await eventsOf(id);
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
    expect(await eventsOf(id)).toHaveLength(2);
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
    expect(await eventsOf(id)).toHaveLength(1);
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
      { ...good, headers: { ce_type: 'create-user' } },
    ];
    await sendCommands(fleet.env, ...garbage, good);

    expect((await repliesTo(fleet.env, [good])).map(({ reply }) => reply.type)).toEqual(['command.accepted']);
    const topic = `${fleet.topicPrefix}command-api.dead-letter`;
    const list = await eventually(async () => {
      const listed = await fleet.cli('dead-letter', 'list');
      return listed.includes(`${garbage.length} waiting`) && listed;
    });
    expect(list).toContain(topic);
    const shown = await Promise.all(
      garbage.map((_, n) => fleet.cli('dead-letter', 'show', `${topic}/0/${n}`)),
    );
    const codes = shown.map((text) => /x-error-code: (.+)/.exec(text)?.[1]);
    expect(codes.toSorted()).toEqual([
      ...Array.from({ length: 2 }, () => 'malformed-json'),
      ...Array.from({ length: 4 }, () => 'malformed-message'),
      'schema-violation',
      'unknown-event-type',
    ]);
    expect(shown.join()).not.toContain('secret');
    expect(fleet.commandApis[0]!.logs()).not.toMatch(/secret name|example\.org/);
  });

  it('are each handled once by a process that stops under way, and the one after it', async () => {
    const ids = Array.from({ length: 200 }, () => randomUUID());
    const sent = ids.map((id) => createCommand(id));
    const before = (await readReplies(fleet.env)).length;
    await sendCommands(fleet.env, ...sent);
    await eventually(async () => (await readReplies(fleet.env)).length > before);
    expect(await fleet.commandApis[0]!.stop()).toBe('exit code 0');
    const again = await startApp('command-api', fleet.env);
    await repliesTo(fleet.env, sent);
    expect(await again.stop()).toBe('exit code 0');

    expect(await repliesTo(fleet.env, sent)).toHaveLength(sent.length);
  });
});

describe('commands over Kafka, while processes die', () => {
  afterEach(stop);

  it.each<Failpoint>(['between append and answer', 'between outcome and reply', 'between reply and offset'])(
    'killed %s: each takes effect once, and has its reply',
    async (failpoint) => {
      await start(0);
      const ids = Array.from({ length: 10 }, () => randomUUID());
      const sent = ids.flatMap((id) => [createCommand(id), rename(id, 'Ada 1'), rename(id, 'Ada 2')]);
      await sendCommands(fleet.env, ...sent);
      const armed = await startApp('command-api', { ...fleet.env, EVENTFLEET_FAILPOINT: `${failpoint}@5` });
      expect(await armed.exited).toBe('SIGKILL');
      expect(armed.logs()).toContain(`failpoint reached: ${failpoint}`);

      const again = await startApp('command-api', fleet.env);
      await auditReplies(sent);
      for (const id of ids) await auditUser(id, 3);
      expect(await again.stop()).toBe('exit code 0');
    },
  );

  it('two copies share them, in order for each user, and one goes on for the other', async () => {
    await start(2);
    const ids = Array.from({ length: 30 }, () => randomUUID());
    const rounds = Array.from({ length: 10 }, (_, n) => n + 1);
    const first = ids.map((id) => createCommand(id));
    const changes = rounds.map((n) => ids.map((id) => rename(id, `Ada ${n}`)));
    await sendCommands(fleet.env, ...first);
    await repliesTo(fleet.env, first);
    const half = changes.slice(0, 5).flat();
    await sendCommands(fleet.env, ...half);
    const [victim, survivor] = fleet.commandApis as [Fleet['commandApis'][0], Fleet['commandApis'][0]];
    victim.kill('SIGKILL');
    await victim.exited;
    const rest = changes.slice(5).flat();
    await sendCommands(fleet.env, ...rest);

    await auditReplies([...first, ...half, ...rest]);
    for (const id of ids) {
      await auditUser(id, 11);
      const names = (await eventsOf(id)).map(({ data }) => data.name);
      expect(names).toEqual(['Ada', ...rounds.map((n) => `Ada ${n}`)]);
    }
    expect(await survivor.stop()).toBe('exit code 0');
  });

  it('an outage of the event store makes them wait, and skips none', async () => {
    await start(0);
    const server = new URL(fleet.eventStoreUrl);
    const proxy = await startOutageProxy({ host: server.hostname, port: Number(server.port) });
    server.port = String(proxy.port);
    const app = await startApp('command-api', { ...fleet.env, EVENT_STORE_URL: server.href });
    const ids = Array.from({ length: 20 }, () => randomUUID());
    const first = ids.map((id) => createCommand(id));
    await sendCommands(fleet.env, ...first);
    await repliesTo(fleet.env, first);
    await proxy.cut();
    const changes = [1, 2, 3].flatMap((n) => ids.map((id) => rename(id, `Ada ${n}`)));
    await sendCommands(fleet.env, ...changes);
    await eventually(() => app.logs().includes('batch failed, its partition waits'));
    expect(await readReplies(fleet.env)).toHaveLength(first.length);
    await proxy.restore();

    await auditReplies([...first, ...changes]);
    for (const id of ids) await auditUser(id, 4);
    expect(await fleet.cli('dead-letter', 'list')).toContain('0 in all');
    expect(await app.stop()).toBe('exit code 0');
    await proxy.close();
  });
});

/** Each has its reply, all of them accept, and those to one command are equal. */
async function auditReplies(sent: readonly RawCommand[]): Promise<void> {
  const texts = await eventually(
    async () => {
      const found = new Map<string, Set<string>>();
      for (const { reply, text } of await readReplies(fleet.env)) {
        const { commandId } = reply.data;
        expect(reply.type).toBe('command.accepted');
        found.set(commandId, (found.get(commandId) ?? new Set()).add(text));
      }
      return found.size >= sent.length && found;
    },
    { deadlineMs: 60_000, describe: 'a reply to each command' },
  );
  for (const { headers } of sent) expect(texts.get(headers.ce_id!)?.size).toBe(1);
}

async function auditUser(id: string, versions: number): Promise<void> {
  const causes = (await eventsOf(id)).map((event) => event.causation_id);
  expect(causes).toHaveLength(versions);
  expect(new Set(causes).size).toBe(versions);
}

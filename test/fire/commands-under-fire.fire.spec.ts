import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { deleteTopics } from '@eventfleet/kafka';
import type { Failpoint } from '@eventfleet/resilience';
import { eventually, type AppProcess } from '@eventfleet/testing';
import { deathAt, startArmed } from '../e2e/support/armed-app.js';
import {
  createCommand,
  eventsOf,
  readReplies,
  renameCommand as rename,
  repliesTo,
  sendCommands,
  type RawCommand,
} from '../e2e/support/commands.js';
import { SHORT_SESSION, startFleet, type Fleet } from '../e2e/support/fleet.js';
import { startOutageProxy } from '../e2e/support/outage-proxy.js';
import { kafkaOf } from '../e2e/support/topic.js';

let fleet: Fleet;
let store: pg.Pool;

async function openFleet(commandApis: number): Promise<void> {
  const env = { ...SHORT_SESSION, USER_EVENTS_PARTITIONS: '3' };
  fleet = await startFleet('commands-fire', { commandApis, env });
  store = new pg.Pool({ connectionString: fleet.eventStoreUrl });
}

async function closeFleet(): Promise<void> {
  await store.end();
  await fleet.stop();
}

/** What a test started, to be ended whatever it found. */
const started: { end(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.end();
});
async function start(env?: Readonly<Record<string, string>>): Promise<AppProcess> {
  const app = await fleet.start('command-api', env);
  started.push({ end: () => app.stop() });
  return app;
}

/** Each has its reply, all of them accept, and those to one command are equal. */
async function auditReplies(sent: readonly RawCommand[]): Promise<void> {
  const ids = new Set(sent.map(({ headers }) => headers.ce_id));
  const texts = await eventually(
    async () => {
      const found = new Map<string, Set<string>>();
      for (const { reply, text } of await readReplies(fleet.env)) {
        if (!ids.has(reply.data.commandId)) continue;
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
  const causes = (await eventsOf(store, id)).map((event) => event.causation_id);
  expect(causes).toHaveLength(versions);
  expect(new Set(causes).size).toBe(versions);
}

describe('commands over Kafka, while processes or their store die', () => {
  beforeAll(() => openFleet(0));
  afterAll(closeFleet);

  it.each<Failpoint>(['between append and answer', 'between outcome and reply', 'between reply and offset'])(
    'killed %s: each takes effect once, and has its reply',
    async (failpoint) => {
      const ids = Array.from({ length: 10 }, () => randomUUID());
      const sent = ids.flatMap((id) => [createCommand(id), rename(id, 'Ada 1'), rename(id, 'Ada 2')]);
      await sendCommands(fleet.env, ...sent);
      const armed = await startArmed(fleet, 'command-api', failpoint, 5);
      expect(await armed.death).toMatch(deathAt(failpoint));

      const again = await start();
      await auditReplies(sent);
      for (const id of ids) await auditUser(id, 3);
      expect(await again.stop()).toBe('exit code 0');
    },
  );

  it('an outage of the event store makes them wait, and skips none', async () => {
    const server = new URL(fleet.eventStoreUrl);
    const proxy = await startOutageProxy({ host: server.hostname, port: Number(server.port) });
    started.push({ end: () => proxy.close() });
    server.port = String(proxy.port);
    const app = await start({ EVENT_STORE_URL: server.href });
    const before = (await readReplies(fleet.env)).length;
    const ids = Array.from({ length: 20 }, () => randomUUID());
    const first = ids.map((id) => createCommand(id));
    await sendCommands(fleet.env, ...first);
    await repliesTo(fleet.env, first);
    await proxy.cut();
    const changes = [1, 2, 3].flatMap((n) => ids.map((id) => rename(id, `Ada ${n}`)));
    await sendCommands(fleet.env, ...changes);
    // More often than a record may fail for good.
    await eventually(() => app.logs().includes('"failures":6'), { deadlineMs: 60_000 });
    expect(await readReplies(fleet.env)).toHaveLength(before + first.length);
    await proxy.restore();

    await auditReplies([...first, ...changes]);
    for (const id of ids) await auditUser(id, 4);
    expect(await fleet.cli('dead-letter', 'list')).toContain('0 in all');
    expect(await app.stop()).toBe('exit code 0');
  });
});

describe('commands over Kafka', () => {
  afterEach(closeFleet);

  it('two copies share them, in order for each user, and one goes on for the other', async () => {
    await openFleet(2);
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
      const names = (await eventsOf(store, id)).map(({ data }) => data.name);
      expect(names).toEqual(['Ada', ...rounds.map((n) => `Ada ${n}`)]);
    }
    expect(await survivor.stop()).toBe('exit code 0');
  });

  it('that cannot be replied to wait, and take effect once', async () => {
    await openFleet(1);
    const ids = Array.from({ length: 5 }, () => randomUUID());
    const sent = ids.map((id) => createCommand(id));
    await deleteTopics(kafkaOf(fleet.env), [`${fleet.topicPrefix}user-command-replies`]);
    await sendCommands(fleet.env, ...sent);
    await eventually(() =>
      fleet.commandApis[0]!.logs().includes('a batch failed and is tried again after a pause'),
    );
    await fleet.cli('migrate');

    await auditReplies(sent);
    for (const id of ids) await auditUser(id, 1);
  });
});

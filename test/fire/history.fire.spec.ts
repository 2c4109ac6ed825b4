import { randomUUID } from 'node:crypto';
import { toCloudEvent, type RecordedEvent } from '@eventfleet/contracts';
import { EventStore } from '@eventfleet/event-store';
import { readLogTail } from '@eventfleet/kafka';
import { createPool } from '@eventfleet/postgres';
import { eventually, type AppProcess } from '@eventfleet/testing';
import type pg from 'pg';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { request } from '../e2e/support/request.js';
import { kafkaOf } from '../e2e/support/topic.js';
import { publishEvents } from '../e2e/support/user-commands.js';

let fleet: Fleet;
let commandApi: AppProcess;
let store: pg.Pool;
beforeAll(async () => {
  fleet = await startFleet('history', {
    projectors: 1,
    queryApis: 1,
    env: { USER_EVENTS_PARTITIONS: '3' },
  });
  commandApi = fleet.commandApis[0]!;
  store = createPool({ url: fleet.eventStoreUrl, applicationName: 'test', max: 2, pipeline: true });
});
afterAll(async () => {
  await store.end();
  await fleet.stop();
});

interface Answer {
  readonly status: number;
  readonly version: number;
  readonly code?: string;
  readonly token: string;
}

async function send(method: string, path: string, body: unknown): Promise<Answer> {
  const response = await request(`${commandApi.url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const token = response.headers.get('consistency-token') ?? '';
  return {
    status: response.status,
    token,
    ...((await response.json()) as { version: number; code?: string }),
  };
}

async function shown(id: string, token = ''): Promise<Record<string, unknown>> {
  const headers: Record<string, string> = token ? { 'consistency-token': token, prefer: 'wait=20' } : {};
  const response = await request(`${fleet.queryApis[0]!.url}/users/${id}`, { headers });
  return { status: response.status, ...((await response.json()) as object) };
}

const emailOf = (id: string, nth: number) => `${id}-${nth}@example.org`;
const create = (id: string) => send('POST', '/users', { id, name: 'One', email: emailOf(id, 1) });
const rename = (id: string, name: string) => send('PUT', `/users/${id}`, { name });
const eventsOf = (id: string) => new EventStore(store).readStream({ aggregateType: 'user', aggregateId: id });

/** What a restore takes back: all that the event store has besides what never changes. */
const TABLES = ['events', 'claims', 'idempotency.answers', 'snapshots', 'relay_checkpoints'];

/** Keeps the store as it is now. @returns what makes it so again, as a restore would */
async function backUp(): Promise<() => Promise<void>> {
  const suffix = randomUUID().replaceAll('-', '');
  const copyOf = (table: string) => `backup_${table.replace('.', '_')}_${suffix}`;
  for (const table of TABLES) await store.query(`create table ${copyOf(table)} as table ${table}`);
  return async () => {
    commandApi.kill('SIGKILL');
    await commandApi.exited;
    const restore = TABLES.map(
      (table) =>
        `delete from ${table}; insert into ${table} ${table === 'events' ? 'overriding system value' : ''}
         select ${table === 'events' ? EVENT_COLUMNS : '*'} from ${copyOf(table)};`,
    );
    await store.query(`begin; ${restore.join(' ')} commit`);
  };
}
const EVENT_COLUMNS = '*';

const restart = async () => {
  commandApi = await fleet.start('command-api');
};

async function notices(id: string): Promise<unknown[]> {
  const topic = `${fleet.topicPrefix}fleet-notices`;
  const records = (await readLogTail(kafkaOf(fleet.env), topic, new Map([[0, 0n]]))).get(0) ?? [];
  return records
    .map(
      ({ value }) => JSON.parse(String(value)) as { aggregateId: string; change: string; versions: number[] },
    )
    .filter(({ aggregateId }) => aggregateId === id)
    .map(({ change, versions }) => [change, versions]);
}

async function expectShown(id: string, expected: Record<string, unknown>): Promise<void> {
  await eventually(
    async () => {
      expect(await shown(id)).toMatchObject(expected);
      return true;
    },
    { deadlineMs: 30_000, describe: 'the row' },
  );
}

describe('an event store that goes back in time', () => {
  it('has what was published again before a command is decided: events, claims and versions', async () => {
    const id = randomUUID();
    await create(id);
    await expectShown(id, { version: 1 });
    const restore = await backUp();
    const lost = await send('PUT', `/users/${id}`, { name: 'Two', email: emailOf(id, 2) });
    const added = randomUUID();
    const lostUser = await create(added);
    await shown(id, lost.token);
    await shown(added, lostUser.token);
    const published = await eventsOf(id);
    await restore();
    expect(await eventsOf(id)).toHaveLength(1);

    await restart();
    const next = await rename(id, 'Three');

    expect(next).toMatchObject({ status: 200, version: 3 });
    expect((await eventsOf(id)).slice(0, 2)).toEqual(published);
    expect(await shown(id, lost.token)).toMatchObject({ email: emailOf(id, 2) });
    expect(await shown(id, next.token)).toMatchObject({ name: 'Three', email: emailOf(id, 2), version: 3 });
    expect(await shown(added, lostUser.token)).toMatchObject({ version: 1 });
    // The claims are as they were, too.
    expect(await send('POST', '/users', { name: 'X', email: emailOf(id, 2) })).toMatchObject({ status: 409 });
    expect(await send('POST', '/users', { name: 'X', email: emailOf(id, 1) })).toMatchObject({ status: 201 });
    expect(await notices(id)).toEqual([['adopted', [2]]]);
    expect(await fleet.cli('history', 'show')).toBe('the history has no conflicts\n');
  });

  it.each(['adopt', 'keep'] as const)(
    'names what contradicts, and does what an operator decides: %s',
    async (decision) => {
      const id = randomUUID();
      await create(id);
      const restore = await backUp();
      const lost = await rename(id, 'Published');
      await shown(id, lost.token);
      const published = await eventsOf(id);
      await restore();
      const other: RecordedEvent = {
        ...published[1]!,
        eventId: randomUUID(),
        data: JSON.stringify({ id, name: 'Stored' }),
      };
      await new EventStore(store).appendBatch({ events: [other] });

      await restart();
      await eventually(async () => (await fleet.cli('history', 'show')).includes(id), {
        deadlineMs: 30_000,
        describe: 'the conflict',
      });
      // Until somebody decides, the store is what counts.
      await expectShown(id, { name: 'Stored', version: 2 });
      expect(await fleet.cli('history', decision, id)).toContain('nothing is done yet');
      expect(await rename(randomUUID(), 'Nobody')).toMatchObject({ status: 404 });

      await fleet.cli('history', decision, id, '--apply');

      await eventually(async () => (await fleet.cli('history', 'show')).includes('no conflicts'), {
        deadlineMs: 30_000,
        describe: 'the end of the conflict',
      });
      await expectShown(id, { name: decision === 'adopt' ? 'Published' : 'Stored', version: 2 });
      expect((await eventsOf(id))[1]!.eventId).toBe(
        decision === 'adopt' ? published[1]!.eventId : other.eventId,
      );
      const next = await rename(id, 'Next');
      expect(next).toMatchObject({ status: 200, version: 3 });
      expect(await shown(id, next.token)).toMatchObject({ name: 'Next', version: 3 });
      expect(await notices(id)).toEqual([
        ['conflict', [2]],
        [decision === 'adopt' ? 'replaced' : 'kept', [2]],
      ]);
    },
  );
});

it('records that the store never wrote are not taken for lost events', async () => {
  const id = randomUUID();
  const created = await create(id);
  await shown(id, created.token);
  const [event] = await eventsOf(id);
  const forged = {
    ...event!,
    eventId: randomUUID(),
    version: 2,
    type: 'user.updated',
    data: JSON.stringify({ id, name: 'Mallory' }),
  };
  await publishEvents(fleet.env, 'user-events', [forged]);
  expect(toCloudEvent(forged).key).toBe(id);

  commandApi.kill('SIGKILL');
  await commandApi.exited;
  await restart();

  const next = await rename(id, 'Two');
  expect(next).toMatchObject({ status: 200, version: 2 });
  expect(await shown(id, next.token)).toMatchObject({ name: 'Two', version: 2 });
  expect(await fleet.cli('history', 'show')).toBe('the history has no conflicts\n');
});

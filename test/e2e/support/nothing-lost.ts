import pg from 'pg';
import { eventually } from '@eventfleet/testing';
import type { Fleet } from './fleet.js';
import { send, sendUntilServed, type Answer } from './http.js';
import { countRepeatsInOrder, readUserEvents } from './topic.js';
import type { ExpectedUser, UserWriter } from './user-writer.js';

/**
 * Compares what clients were told with the store, with Kafka, and with what queries answer: nothing lost, nothing
 * doubled, order kept. The outcome of every command must be known by now.
 * @returns how many records in Kafka are repeats
 */
export async function expectNothingLost(fleet: Fleet, clients: readonly UserWriter[]): Promise<number> {
  expect(clients.filter(({ isInDoubt }) => isInDoubt)).toEqual([]);
  const users = clients.flatMap((client) => client.users);
  const eventIds = await auditStore(fleet.eventStoreUrl, users);
  const repeats = await auditTopic(fleet.env, eventIds);
  await auditQueries(fleet.queryApis[0]!.url, clients);
  return repeats;
}

/** Exactly the events of answered commands. Returns their ids. */
async function auditStore(url: string, users: readonly ExpectedUser[]): Promise<Set<string>> {
  const store = new pg.Client({ connectionString: url });
  await store.connect();
  try {
    const { rows } = await store.query<{ event_id: string; aggregate_id: string; version: number }>(
      'select event_id, aggregate_id, version from events order by aggregate_id, version',
    );
    const stored = rows.map((row) => `${row.aggregate_id} ${row.version}`);
    const expected = users.flatMap(({ id, version }) =>
      Array.from({ length: version }, (_, n) => `${id} ${n + 1}`),
    );
    expect(stored.toSorted()).toEqual(expected.toSorted());
    return new Set(rows.map((row) => row.event_id));
  } finally {
    await store.end();
  }
}

async function auditTopic(
  env: Readonly<Record<string, string>>,
  eventIds: ReadonlySet<string>,
): Promise<number> {
  const events = await eventually(
    async () => {
      const found = await readUserEvents(env);
      return new Set(found.map(({ eventId }) => eventId)).size >= eventIds.size ? found : undefined;
    },
    { deadlineMs: 60_000, describe: 'every event in Kafka' },
  );
  expect(new Set(events.map(({ eventId }) => eventId))).toEqual(eventIds);
  return countRepeatsInOrder(events);
}

async function auditQueries(queryApi: string, clients: readonly UserWriter[]): Promise<void> {
  await Promise.all(clients.map((client) => auditUsers(queryApi, client.users)));
  const users = clients.flatMap((client) => client.users);
  const { body: statistics } = await send('GET', `${queryApi}/stats/users`);
  const total = users.length;
  const deleted = users.filter(({ name }) => name === undefined).length;
  expect(statistics).toMatchObject({ total, existing: total - deleted, deleted });
  expect((await listUsers(queryApi)).toSorted()).toEqual(
    users
      .filter(({ name }) => name !== undefined)
      .map(({ id }) => id)
      .toSorted(),
  );
}

/** With each user's token, of both projections: afterwards they have caught up. */
async function auditUsers(queryApi: string, users: readonly ExpectedUser[]): Promise<void> {
  for (const { id, name, version, token } of users) {
    const headers = { 'consistency-token': token, prefer: 'wait=15' };
    const { status, body } = await askFor(`${queryApi}/users/${id}`, headers);
    const found = status === 200 && [body.name, body.version];
    expect([id, found || status]).toEqual([id, name === undefined ? 404 : [name, version]]);
    expect((await askFor(`${queryApi}/stats/users`, headers)).status).toBe(200);
  }
}

/** A projection that is behind catches up, however long a busy machine takes. */
function askFor(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return sendUntilServed(() => send('GET', url, undefined, headers), { deadlineMs: 60_000 });
}

async function listUsers(queryApi: string): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const { body } = await send('GET', `${queryApi}/users?limit=200${cursor && `&cursor=${cursor}`}`);
    ids.push(...(body.items as { id: string }[]).map(({ id }) => id));
    cursor = (body.nextCursor as string | null) ?? undefined;
  }
  return ids;
}

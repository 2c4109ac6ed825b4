import { randomUUID } from 'node:crypto';
import { migrateReadStore } from '@eventfleet/read-models';
import { createTestDatabase, eventually, startApp } from '@eventfleet/testing';
import { created, renamed, startEventHistory } from '../history/event-history.fixture.js';
import { openStream, told, type SseClient } from './sse-client.fixture.js';

const CLIENTS = 2_000;
const EVENTS = 200;
/** All of them at once are more than a server's queue of connections. */
const AT_A_TIME = 100;
/** Some 100 KB a client, and a young generation that has grown to its 48 MB. */
const MAX_GROWTH_BYTES = 300 * 1024 * 1024;

it(`${CLIENTS} clients of one copy each see every event once, in order, in bounded memory, by one poll`, async () => {
  const history = await startEventHistory();
  const readStore = await createTestDatabase('query-api', migrateReadStore);
  const app = await startApp('query-api', {
    READ_STORE_URL: readStore.url,
    EVENT_STORE_URL: history.url,
  });
  const metric = async (name: string) => {
    const text = await (await fetch(`${app.url}/metrics`)).text();
    return Number(new RegExp(`^${name}(?:{[^}]*})? (.*)$`, 'm').exec(text)?.[1]);
  };
  const clients: SseClient[] = [];
  try {
    const id = randomUUID();
    await history.append(id, [created(id)]);
    await history.tailComplete();
    const empty = await metric('process_resident_memory_bytes');
    while (clients.length < CLIENTS) {
      const opening = Array.from({ length: AT_A_TIME }, () => openStream(`${app.url}/users/stream`));
      clients.push(...(await Promise.all(opening)));
    }
    expect(await metric('eventfleet_stream_clients')).toBe(CLIENTS);
    await eventually(() => clients.every(({ messages }) => messages.length === 1));

    for (let version = 2; version <= EVENTS + 1; version += 10) {
      const names = Array.from({ length: 10 }, (_, index) => renamed(id, `Name ${version + index}`));
      await history.append(id, names);
    }
    const expected = Array.from({ length: EVENTS }, (_, index) => `${id} ${index + 2}`);
    await eventually(() => clients.every(({ messages }) => messages.length >= EVENTS + 1), {
      deadlineMs: 90_000,
    });
    for (const { messages } of clients) expect(told(messages)).toEqual(expected);
    const grown = (await metric('process_resident_memory_bytes')) - empty;
    expect(grown).toBeLessThan(MAX_GROWTH_BYTES);

    for (const client of clients) client.close();
    await eventually(async () => (await metric('eventfleet_stream_clients')) === 0);
  } finally {
    for (const client of clients) client.close();
    await app.stop();
    await readStore.drop();
    await history.close();
  }
}, 180_000);

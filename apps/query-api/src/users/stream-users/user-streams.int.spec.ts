import { randomUUID } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { createPool } from '@eventfleet/postgres';
import { eventually } from '@eventfleet/testing';
import { StoredEvents } from '../../event-store/stored-events.js';
import { created, renamed, startEventHistory, type EventHistory } from '../history/event-history.fixture.js';
import { openStream } from './sse-client.fixture.js';
import type { UserStream } from './user-stream.js';
import { UserStreams } from './user-streams.js';

let history: EventHistory;
let stored: StoredEvents;
let streams: UserStreams;
let server: Server;
let opened: UserStream[] = [];

beforeAll(async () => {
  history = await startEventHistory();
  stored = new StoredEvents(
    createPool({ url: history.url, applicationName: 'streams', max: 4, readOnly: true, pipeline: true }),
  );
  streams = new UserStreams(stored, { maxClients: 3, commentEveryMs: 50, unreadMs: 500 });
  server = createServer((_, response) => {
    void open(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
beforeEach(() => {
  opened = [];
});
afterAll(async () => {
  await streams.onModuleDestroy();
  server.close();
  await stored.onApplicationShutdown();
  await history.close();
});

async function open(response: ServerResponse): Promise<void> {
  const stream = streams.open(undefined, await stored.events.readTailEnd(), {});
  opened.push(stream);
  // As Fastify does with a body that is a stream.
  stream.on('error', () => response.destroy());
  response.on('close', () => stream.destroy());
  stream.pipe(response);
}

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

describe('UserStreams', () => {
  it('sends comments again and again', async () => {
    const client = await openStream(url());
    await eventually(() => client.comments.length >= 4);
    client.close();
    await eventually(() => streams.size === 0);
  });

  it('cuts off a client that does not read, holds little for it, and serves the others', async () => {
    const reading = await openStream(url());
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined).write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    socket.pause();
    await eventually(() => opened.length === 2);
    const deaf = opened[1]!;
    const id = randomUUID();
    await history.append(id, [created(id)]);
    let most = 0;
    const name = '🦊'.repeat(200);
    for (let round = 0; round < 400 && !deaf.destroyed; round++) {
      await history.append(
        id,
        Array.from({ length: 50 }, (_, n) => renamed(id, `${name.slice(8)}${n}`)),
      );
      most = Math.max(most, deaf.readableLength);
    }
    await eventually(() => deaf.destroyed, { describe: 'the end of the stream that nobody reads' });
    expect(most).toBeLessThan(200_000);
    const { rows } = await history.pool.query<{ count: number }>(
      'select count(*)::integer as count from events',
    );
    await reading.until(rows[0]!.count);
    reading.close();
    socket.destroy();
    await eventually(() => streams.size === 0);
  }, 60_000);

  it('takes only so many clients', async () => {
    const clients = await Promise.all([openStream(url()), openStream(url()), openStream(url())]);
    const end = await stored.events.readTailEnd();
    expect(() => streams.open(undefined, end, {})).toThrow('no more streams');
    for (const client of clients) client.close();
    await eventually(() => streams.size === 0);
  });
});

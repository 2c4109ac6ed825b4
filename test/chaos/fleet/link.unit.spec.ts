import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { eventually } from '@eventfleet/testing';
import { Link } from './link.ts';

let server: Server;
let link: Link;
let client: Client;
let accepted: Socket[];

/** What a client sees of its connection. */
interface Client {
  readonly socket: Socket;
  received: string;
  isClosed: boolean;
}

beforeEach(async () => {
  accepted = [];
  server = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined);
    socket.pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  link = await Link.to((server.address() as AddressInfo).port);
  client = await open();
});
afterEach(async () => {
  client.socket.destroy();
  await link.close();
  await new Promise((resolve) => server.close(resolve));
});

async function open(): Promise<Client> {
  const socket = connect(link.port, '127.0.0.1');
  const opened = { socket, received: '', isClosed: false };
  socket.on('error', () => undefined);
  socket.on('close', () => (opened.isClosed = true));
  socket.on('data', (bytes: Buffer) => (opened.received += bytes.toString()));
  await new Promise((resolve) => socket.once('connect', resolve));
  return opened;
}

describe('Link', () => {
  it('lets everything through, in order, and tells when one end is gone', async () => {
    client.socket.write('a');
    client.socket.end('b');
    await eventually(() => client.isClosed);
    expect(client.received).toBe('ab');
  });

  it('makes each direction late', async () => {
    client.socket.write('warm');
    await eventually(() => client.received === 'warm');
    link.delay(60);
    const sent = performance.now();
    client.socket.write(', late');
    await eventually(() => client.received === 'warm, late');
    expect(performance.now() - sent).toBeGreaterThanOrEqual(118);
  });

  it('keeps the order when a delay ends', async () => {
    link.delay(50);
    client.socket.write('a');
    link.heal();
    client.socket.write('b');
    await eventually(() => client.received.length === 2);
    expect(client.received).toBe('ab');
  });

  it('cuts connections', async () => {
    client.socket.write('a');
    await eventually(() => client.received === 'a');
    link.reset();
    await eventually(() => client.isClosed);
  });

  it('lets nothing through, not even the end of a connection, until it is healed', async () => {
    client.socket.write('a');
    await eventually(() => client.received === 'a');
    link.blackhole();
    client.socket.write('b');
    for (const socket of accepted) socket.destroy();
    await expect(
      eventually(() => client.isClosed || client.received === 'ab', { deadlineMs: 100 }),
    ).rejects.toThrow();
    link.heal();
    await eventually(() => client.isClosed);
  });

  it('answers nobody who connects to a black hole, and everybody afterwards', async () => {
    link.blackhole();
    client = await open();
    client.socket.write('a');
    await expect(eventually(() => client.received === 'a', { deadlineMs: 100 })).rejects.toThrow();
    link.heal();
    await eventually(() => client.received === 'a');
  });
});

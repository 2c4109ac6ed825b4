import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createPool } from './pool.js';

const message = (type: string, body: Buffer) => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};

const AUTHENTICATED = message('R', Buffer.alloc(4));
const READY = message('Z', Buffer.from('I'));
const FATAL = message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mserver exits\0\0'));

it('a connection that ends in the moment in which it is lent does not end the process', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, FATAL])));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const pool = createPool({
    url: `postgres://postgres@127.0.0.1:${port}/none`,
    applicationName: 'test',
    max: 1,
  });

  const client = await pool.connect();
  await expect(client.query('select 1')).rejects.toThrow();

  client.release(true);
  await pool.end();
  server.close();
});

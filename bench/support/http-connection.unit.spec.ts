import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpConnection } from './http-connection.ts';

describe('HttpConnection', () => {
  let server: Server | undefined;
  afterEach(() => new Promise((resolve) => server?.close(resolve)));

  async function connectTo(answer: RequestListener): Promise<HttpConnection> {
    server = createServer(answer);
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return HttpConnection.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  it('reads answers of a told length and answers in chunks, one after the other', async () => {
    const connection = await connectTo((request, response) => {
      if (request.url === '/chunks') {
        response.writeHead(201, { location: '/users/1' });
        response.write('{"id":');
        setTimeout(() => response.end('"a long id of a user"}'), 20);
      } else response.writeHead(200, { 'content-length': 5 }).end('whole');
    });
    const ask = (path: string) => connection.send({ method: 'GET', path });
    for (const _ of [1, 2]) {
      const chunks = await ask('/chunks');
      expect(chunks).toMatchObject({ status: 201, body: '{"id":"a long id of a user"}' });
      expect(chunks.header('location')).toBe('/users/1');
      expect(await ask('/whole')).toMatchObject({ status: 200, body: 'whole' });
    }
    connection.close();
  });
});

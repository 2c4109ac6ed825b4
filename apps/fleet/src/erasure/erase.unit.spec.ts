import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { erase } from './erase.js';

it('asks command-api nothing for what is no id of a user', async () => {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const config = { apps: [{ app: 'command-api', url: `http://127.0.0.1:${port}` }] };

  for (const id of ['../health', '', '1?x', 'a/../../erasures'])
    await expect(erase(config, id, {})).rejects.toThrow('UUID');

  expect(asked).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
});

it('says where it asked if nobody answers', async () => {
  const config = { apps: [{ app: 'command-api', url: 'http://127.0.0.1:9' }] };
  const erased = erase(config, '0190b6e8-5c1a-7000-8000-000000000001', {});
  await expect(erased).rejects.toThrow(
    /does not answer at http:..127.0.0.1:9.users.*: (connect ECONNREFUSED|bad port)/,
  );
});

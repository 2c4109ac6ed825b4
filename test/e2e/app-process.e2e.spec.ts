import { randomUUID } from 'node:crypto';
import { encodeConsistencyToken } from '@eventfleet/contracts';
import { migrateReadStore } from '@eventfleet/read-models';
import {
  type AppProcess,
  createTestDatabase,
  eventually,
  startApp,
  type TestDatabase,
} from '@eventfleet/testing';
import { request } from './support/request.js';

/** The life of an app's process, shown on the query API: every app is run by the same code. */

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase('app-process', migrateReadStore);
});
afterAll(() => database.drop());

const started: AppProcess[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((app) => app.stop()));
});

async function start(env: Record<string, string> = {}) {
  const app = await startApp('query-api', { READ_STORE_URL: database.url, ...env });
  started.push(app);
  return app;
}

function messages(app: AppProcess): unknown[] {
  return app
    .logs()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => (JSON.parse(line) as { msg: unknown }).msg);
}

describe('a stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s answers the requests under way, and exits 0',
    async (signal) => {
      const app = await start();
      const headers = {
        'consistency-token': encodeConsistencyToken({
          aggregateType: 'user',
          aggregateId: randomUUID(),
          version: 1,
        }),
        prefer: 'wait=30',
      };
      const answer = request(`${app.url}/users`, { headers });
      await eventually(async () => {
        const metrics = await (await request(`${app.url}/metrics`)).text();
        return /eventfleet_consistency_waiting\{projection="user-list"\} 1/.test(metrics);
      });
      app.kill(signal);
      app.kill(signal);
      expect((await answer).status).toBe(503);
      expect(await app.exited).toBe('exit code 0');
      expect(messages(app).slice(-2)).toEqual(['request completed', 'stopped']);
      expect(messages(app).filter((msg) => msg === 'stopping')).toHaveLength(1);
    },
  );
});

describe('a start', () => {
  it('with wrong settings is one message that names each of them', async () => {
    const failed = start({ LOG_LEVEL: 'loud', QUERY_API_PORT: 'x' });
    await expect(failed).rejects.toThrow(
      /exit code 1[^]*query-api: wrong settings:\n *LOG_LEVEL: .*\n *QUERY_API_PORT: /,
    );
  });

  it('on a port that is taken fails with one message that names the variable', async () => {
    const { url } = await start();
    const second = await start({ QUERY_API_PORT: new URL(url).port });
    expect(await second.exited).toBe('exit code 1');
    const { port } = new URL(url);
    expect(second.logs().split('\n')).toContain(
      `query-api: port ${port} is taken; free it, or choose another one with QUERY_API_PORT`,
    );
    expect(second.logs()).not.toContain('"level":60');
    expect(second.logs()).not.toContain('"level":"fatal"');
  });

  it('on an address that is none fails with one message that names the variable', async () => {
    await expect(start({ HOST: 'nonsense.invalid', AUTH: 'off' })).rejects.toThrow(
      /exit code 1[^]*query-api: it cannot listen on nonsense.invalid \(E\w+\); choose .* with HOST/,
    );
  });
});

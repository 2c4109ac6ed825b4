import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { eventually } from '@eventfleet/testing';
import { type EdgeApp, problemOf, startEdgeApp } from './edge-app.fixture.js';

let edge: EdgeApp;
beforeAll(async () => {
  edge = await startEdgeApp();
});
afterAll(() => edge.close());

const get = (path: string) => fetch(edge.url + path);

/** The app runs in this process: what blocks the test blocks the app. */
async function blockTheLoop(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    const until = performance.now() + 700;
    while (performance.now() < until);
    await nextTurn();
  }
}

describe('a process that cannot keep up', () => {
  it('sheds requests, and answers health and metrics', async () => {
    const thing = `/things/${randomUUID()}`;
    expect((await get(thing)).status).toBe(200);
    const refused = await eventually(
      async () => {
        await blockTheLoop();
        const response = await get(thing);
        return response.status === 503 ? response : undefined;
      },
      { deadlineMs: 20_000 },
    );
    expect(refused.headers.get('retry-after')).toBe('1');
    const answers = await Promise.all(['/health/live', '/health/ready', '/metrics'].map(get));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await problemOf(refused)).toMatchObject({ status: 503, code: 'overloaded' });
    await eventually(async () => (await get(thing)).status === 200);
  }, 30_000);
});

import { randomUUID } from 'node:crypto';
import { eventually } from '@eventfleet/testing';
import { type EdgeApp, problemOf, startEdgeApp } from './edge-app.fixture.js';

let edge: EdgeApp;
beforeAll(async () => {
  edge = await startEdgeApp();
});
afterAll(() => edge.close());

const get = (path: string) => fetch(edge.url + path);

/**
 * The app runs in this process: what blocks the test blocks the app. Each turn of the loop takes longer than an app
 * may take, until `end` is called.
 */
function blockTheLoop(): { end(): void } {
  let isOver = false;
  const block = () => {
    const until = performance.now() + 600;
    while (performance.now() < until);
    if (!isOver) setImmediate(block);
  };
  setImmediate(block);
  return { end: () => (isOver = true) };
}

describe('a process that cannot keep up', () => {
  it('sheds requests, and answers health and metrics', async () => {
    const thing = `/things/${randomUUID()}`;
    expect((await get(thing)).status).toBe(200);
    const load = blockTheLoop();
    const refused = await eventually(
      async () => {
        const response = await get(thing);
        return response.status === 503 ? response : undefined;
      },
      { deadlineMs: 60_000 },
    ).finally(() => load.end());
    expect(refused.headers.get('retry-after')).toBe('1');
    const answers = await Promise.all(['/health/live', '/health/ready', '/metrics'].map(get));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await problemOf(refused)).toMatchObject({ status: 503, code: 'overloaded' });
    await eventually(async () => (await get(thing)).status === 200);
  });
});

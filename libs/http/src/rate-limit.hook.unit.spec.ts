import { randomUUID } from 'node:crypto';
import { eventually } from '@eventfleet/testing';
import { type EdgeApp, problemOf, startEdgeApp } from './edge-app.fixture.js';
import type { EdgeLimits } from './index.js';

let edge: EdgeApp;
afterEach(() => edge.close());

const THING = `/things/${randomUUID()}`;

/** How many of twenty requests at once are let through. A second that begins in between lets more: then ask again. */
async function letThrough(path: string, headers: Record<string, string> = {}): Promise<number> {
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(edge.url + path, { headers })));
  return answers.filter(({ status }) => status !== 429).length;
}

const start = async (limits: EdgeLimits) => (edge = await startEdgeApp(limits));

describe('the rate of a client', () => {
  it('is bounded, and a refusal beyond it says when to come back', async () => {
    await start({ requestsPerSecond: 5 });
    const refused = await eventually(async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(edge.url + THING)));
      return answers.find(({ status }) => status === 429);
    });
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await problemOf(refused)).toMatchObject({ code: 'rate-limited' });
  });

  it('counts addresses that do not exist', async () => {
    await start({ requestsPerSecond: 5 });
    await eventually(async () => (await letThrough('/nothing')) < 20);
  });

  it.each(['/health/live', '/health/ready', '/metrics'])('does not count for %s', async (path) => {
    await start({ requestsPerSecond: 5 });
    expect(await letThrough(path)).toBe(20);
  });

  it('is not bounded by default', async () => {
    await start({});
    expect(await letThrough(THING)).toBe(20);
  });

  it('is that of the connection: nobody gets another by a header', async () => {
    await start({ requestsPerSecond: 20 });
    await eventually(async () => {
      await letThrough(THING, { 'x-forwarded-for': '192.0.2.1' });
      return (await letThrough(THING, { 'x-forwarded-for': '192.0.2.2' })) < 20;
    });
  });

  it('is that of the client whom a trusted proxy names', async () => {
    await start({ requestsPerSecond: 20, trustedProxies: ['127.0.0.1'] });
    await letThrough(THING, { 'x-forwarded-for': '192.0.2.1' });
    expect(await letThrough(THING, { 'x-forwarded-for': '192.0.2.2' })).toBe(20);
    await eventually(async () => {
      await letThrough(THING, { 'x-forwarded-for': '2001:db8::1' });
      return (await letThrough(THING, { 'x-forwarded-for': '2001:db8::2' })) < 20;
    });
  });
});

import { type EdgeApp, problemOf, startEdgeApp } from './edge-app.fixture.js';
import type { EdgeLimits } from './index.js';

const OWN = 'https://shop.example';

let edge: EdgeApp;
afterEach(() => edge.close());

const start = async (limits: EdgeLimits) => (edge = await startEdgeApp(limits));
const preflight = (origin: string) =>
  edge.fetch('/things/taken', {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'if-match,content-type',
    },
  });
const corsHeaders = ({ headers }: Response) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

describe('pages of another origin', () => {
  it('are told nothing by default', async () => {
    await start({});
    const answer = await preflight(OWN);
    expect(corsHeaders(answer)).toEqual([]);
    expect(await problemOf(answer)).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(corsHeaders(await edge.fetch('/health/live', { headers: { origin: OWN } }))).toEqual([]);
  });

  it('may send what the contract has, if their origin is allowed', async () => {
    await start({ corsOrigins: ['https://other.example', OWN] });
    const answer = await preflight(OWN);
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe(OWN);
    expect(answer.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(answer.headers.get('access-control-allow-headers')).toContain('If-Match');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect(answer.headers.get('vary')).toContain('Origin');
  });

  it('may read what the contract has, of refusals too', async () => {
    await start({ corsOrigins: [OWN] });
    const answer = await edge.fetch('/things/taken', { method: 'PUT', headers: { origin: OWN } });
    expect(answer.headers.get('access-control-allow-origin')).toBe(OWN);
    const exposed = answer.headers.get('access-control-expose-headers');
    for (const name of [
      'ETag',
      'Consistency-Token',
      'Location',
      'X-Correlation-Id',
      'Idempotency-Replayed',
      'Retry-After',
    ])
      expect(exposed).toContain(name);
    expect(await problemOf(answer)).toMatchObject({ code: 'name-taken' });
  });

  it.each(['https://shop.example.evil.example', 'http://shop.example', 'null'])(
    'are told nothing if they are of %s',
    async (origin) => {
      await start({ corsOrigins: [OWN] });
      const answer = await preflight(origin);
      expect(answer.status).toBe(405);
      expect(corsHeaders(answer)).toEqual([]);
      expect(answer.headers.get('vary')).toContain('Origin');
    },
  );

  it('change nothing for an OPTIONS that is no preflight', async () => {
    await start({ corsOrigins: [OWN] });
    expect((await edge.fetch('/things/taken', { method: 'OPTIONS' })).status).toBe(405);
    expect((await edge.fetch('/nothing', { method: 'OPTIONS' })).status).toBe(404);
  });
});

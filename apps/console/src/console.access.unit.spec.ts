import { SCOPES } from '@eventfleet/auth';
import { badAuthorizations } from '@eventfleet/testing';
import type { InjectOptions } from 'fastify';
import { startGuardedConsole, type GuardedConsole } from './access.fixture.js';

const ID = '0190b6e8-0000-7000-8000-000000000001';
const ELSEWHERE = { remoteAddress: '10.0.0.5' };

/** Every route that shows or changes something of the fleet, without what its path begins with. */
const LOOKS = [
  'fleet',
  'fleet/live',
  'search',
  'users/:id',
  'users/:id/live',
  'users/:id/events',
  'users/:id/versions/:version',
  'why',
  'parked',
  'parked/events',
  'dead-letters',
  'dead-letters/:topic',
  'projections',
  'projections/live',
  'history',
  'actions',
];
const ACTS = [
  'parked/trials',
  'parked/samples',
  'parked/marks',
  'dead-letters/retries',
  'projections/jobs',
  'projections/stops',
  'projections/verifications',
  'history/marks',
];

function requestFor(method: 'GET' | 'POST', route: string): InjectOptions {
  const path = route.replace(':id', ID).replace(':version', '1').replace(':topic', 'none');
  return { method, url: `/api/${path}`, ...(method === 'POST' ? { payload: {} } : {}) } as InjectOptions;
}

const GUARDED = [
  ...LOOKS.map((route) => ({ method: 'GET', route, scope: 'fleet:read' }) as const),
  ...ACTS.map((route) => ({ method: 'POST', route, scope: 'fleet:operate' }) as const),
].map((each) => ({ ...each, request: requestFor(each.method, each.route) }));

let console: GuardedConsole;
beforeAll(async () => {
  console = await startGuardedConsole();
});
afterAll(() => console.close());

async function as(scope: string): Promise<{ readonly authorization: string }> {
  return { authorization: `Bearer ${await console.issuer.token({ scope })}` };
}

describe('who may ask the console', () => {
  it('is said of every route of its API', () => {
    const api = [...console.routes].filter((route) => /^(GET|POST|PUT|PATCH|DELETE) \/api\//.test(route));
    const known = GUARDED.map(({ method, route }) => `${method} /api/${route}`);
    expect(api.toSorted()).toEqual([...known, 'GET /api/session'].toSorted());
  });

  it.each(GUARDED)('$method $route: nobody without a good token', async ({ scope, request }) => {
    const before = console.connections();
    for (const [name, authorization] of await badAuthorizations(console.issuer, scope)) {
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await console.ask({ ...request, headers });
      expect({ name, status: answer.status }).toEqual({ name, status: 401 });
      expect(answer.json['code']).toBe('unauthenticated');
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="eventfleet"/);
    }
    expect(console.connections()).toBe(before);
  });

  it.each(GUARDED)('$method $route: nobody without $scope', async ({ scope, request }) => {
    const before = console.connections();
    const others = SCOPES.filter((each) => each !== scope).join(' ');
    const answer = await console.ask({ ...request, headers: await as(others) });
    expect([answer.status, answer.json['code']]).toEqual([403, 'insufficient-scope']);
    expect(answer.json['detail']).toContain(scope);
    expect(console.connections()).toBe(before);
  });

  it('lets a program act that has the scope alone, and names no cookie', async () => {
    for (const { request, scope, route } of GUARDED.filter(({ method }) => method === 'POST')) {
      const answer = await console.ask({ ...request, headers: await as(scope) });
      // It was let in: its body is looked at.
      expect({ route, code: answer.json['code'] }).toEqual({ route, code: 'validation-failed' });
      expect(answer.cookies).toEqual([]);
    }
  });

  it.each(['/health/live', '/', '/users', '/api/session'])('%s: everybody', async (url) => {
    expect([401, 403]).not.toContain((await console.ask({ method: 'GET', url, ...ELSEWHERE })).status);
  });

  it('shows metrics to this machine, and to others by a token', async () => {
    const metrics: InjectOptions = { method: 'GET', url: '/metrics' };
    expect((await console.ask({ ...metrics, ...ELSEWHERE })).status).toBe(401);
    expect((await console.ask({ ...metrics, ...ELSEWHERE, headers: await as('fleet:read') })).status).toBe(
      200,
    );
    expect((await console.ask(metrics)).status).toBe(200);
  });
});

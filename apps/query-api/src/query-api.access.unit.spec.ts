import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createTokenVerifier, SCOPES } from '@eventfleet/auth';
import { createHttpApp } from '@eventfleet/http';
import { badAuthorizations, startTestIssuer, type TestIssuer } from '@eventfleet/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions, RouteOptions } from 'fastify';
import { pino } from 'pino';
import { aggregates } from './aggregates.js';
import { QueryApiModule } from './query-api.module.js';
import { problemsOf } from './query-api.problems.js';

const USER = '/users/0190b6e8-0000-7000-8000-000000000001';
const ELSEWHERE = { remoteAddress: '10.0.0.5' };

/** Every route of this app: who may ask it, and requests for it. */
const ROUTES: Readonly<Record<string, { readonly scope?: string; readonly request: InjectOptions }>> = {
  '/users': { scope: 'users:read', request: { url: '/users?limit=3' } },
  '/users/:id': { scope: 'users:read', request: { url: USER } },
  '/users/:id?version': { scope: 'users:history', request: { url: `${USER}?version=1` } },
  '/users/:id?at': { scope: 'users:history', request: { url: `${USER}?at=2026-01-01T00:00:00Z` } },
  '/users/:id/events': { scope: 'users:history', request: { url: `${USER}/events` } },
  '/users/stream': { scope: 'users:history', request: { url: '/users/stream' } },
  '/stats/users': { scope: 'users:read', request: { url: '/stats/users' } },
  '/metrics': { scope: 'fleet:read', request: { url: '/metrics', ...ELSEWHERE } },
  '/openapi.json': { request: { url: '/openapi.json', ...ELSEWHERE } },
  '/docs': { request: { url: '/docs', ...ELSEWHERE } },
  '/health/live': { request: { url: '/health/live', ...ELSEWHERE } },
  '/health/ready': { request: { url: '/health/ready', ...ELSEWHERE } },
};
const GUARDED = Object.entries(ROUTES).flatMap(([route, { scope, request }]) =>
  scope === undefined
    ? []
    : (['GET', 'HEAD'] as const).map((method) => ({ method, route, scope, request: { ...request, method } })),
);

let issuer: TestIssuer;
let app: NestFastifyApplication;
let connections = 0;
const registered = new Set<string>();
/** Takes every connection for a moment, and never answers. */
const store = createServer((socket) => {
  connections++;
  socket.destroy();
});

beforeAll(async () => {
  issuer = await startTestIssuer();
  await new Promise<void>((resolve) => store.listen(0, '127.0.0.1', resolve));
  const url = `postgres://127.0.0.1:${(store.address() as AddressInfo).port}/none`;
  const config = {
    host: '127.0.0.1',
    port: 0,
    logLevel: 'silent' as const,
    readStoreUrl: url,
    eventStoreUrl: url,
    limits: { requestsPerSecond: 0 },
    personalDataKeys: [],
    readCacheTtlSeconds: 60,
    failpoint: undefined,
    tracing: undefined,
  };
  const logger = pino({ level: 'silent' });
  const verifier = createTokenVerifier({ issuer: issuer.url, audience: issuer.audience }, logger);
  const module = QueryApiModule.forRoot(config, aggregates, verifier);
  app = await createHttpApp({ module, logger, problems: problemsOf(aggregates), verifier });
  app.getHttpAdapter().getInstance().addHook('onRoute', note);
  await app.init();
});

afterAll(async () => {
  await app.close();
  await new Promise((resolve) => store.close(resolve));
  await issuer.close();
});

function note({ method, url }: RouteOptions): void {
  for (const each of [method].flat()) registered.add(`${each} ${url}`);
}

async function ask(request: InjectOptions, authorization?: string) {
  const headers = { ...request.headers, ...(authorization === undefined ? {} : { authorization }) };
  const response = await app.inject({ ...request, headers } as never);
  const { statusCode: status, body } = response;
  const problem = body.startsWith('{') ? (JSON.parse(body) as { code?: string; detail?: string }) : {};
  return { status, challenge: response.headers['www-authenticate'], problem };
}

describe('who may ask the query API', () => {
  it('is said of every route', () => {
    const paths = Object.keys(ROUTES).filter((route) => !route.includes('?'));
    expect([...registered].toSorted()).toEqual(
      paths.flatMap((path) => [`GET ${path}`, `HEAD ${path}`]).toSorted(),
    );
  });

  it.each(GUARDED)('$method $route: nobody without a good token', async ({ method, scope, request }) => {
    const before = connections;
    for (const [name, authorization] of await badAuthorizations(issuer, scope)) {
      const { status, challenge, problem } = await ask(request, authorization);
      expect({ name, status }).toEqual({ name, status: 401 });
      expect(challenge).toMatch(/^Bearer realm="eventfleet"/);
      if (method === 'GET') expect(problem.code).toBe('unauthenticated');
    }
    expect(connections).toBe(before);
  });

  it.each(GUARDED)('$method $route: nobody without $scope', async ({ method, scope, request }) => {
    const before = connections;
    const others = SCOPES.filter((each) => each !== scope).join(' ');
    const { status, challenge, problem } = await ask(
      request,
      `Bearer ${await issuer.token({ scope: others })}`,
    );
    expect(status).toBe(403);
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain(`scope="${scope}"`);
    if (method === 'GET') {
      expect(problem.code).toBe('insufficient-scope');
      expect(problem.detail).toContain(scope);
    }
    expect(connections).toBe(before);
  });

  it('lets in whoever has the scope alone', async () => {
    const before = connections;
    // At once: each waits for a store that does not answer.
    const statuses = await Promise.all(
      GUARDED.map(async ({ scope, request }) => {
        const { status } = await ask(request, `Bearer ${await issuer.token({ scope })}`);
        return status;
      }),
    );
    for (const status of statuses) expect([401, 403]).not.toContain(status);
    // So what is counted above can be seen.
    expect(connections).toBeGreaterThan(before);
  });

  it.each(['/health/live', '/health/ready', '/none'])('%s: everybody', async (url) => {
    expect([401, 403]).not.toContain((await ask({ method: 'GET', url, ...ELSEWHERE })).status);
  });
});

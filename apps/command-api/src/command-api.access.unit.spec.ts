import { createSecretKey } from 'node:crypto';
import { createTokenVerifier, SCOPES } from '@eventfleet/auth';
import { createHttpApp } from '@eventfleet/http';
import { badAuthorizations, startTestIssuer, type TestIssuer } from '@eventfleet/testing';
import { jest } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { InjectOptions, RouteOptions } from 'fastify';
import { pino } from 'pino';
import { aggregates } from './aggregates.js';
import { commandApiConfig } from './command-api.fixture.js';
import { CommandApiModule } from './command-api.module.js';
import { problemsOf } from './command-api.problems.js';
import { PartitionsCheck } from './kafka/partitions-check.js';

const ID = '0190b6e8-0000-7000-8000-000000000001';
const USER = `/users/${ID}`;

/** Every route of this app: who may ask it, and a request that it takes. */
const ROUTES: Readonly<Record<string, { readonly scope?: string; readonly request: InjectOptions }>> = {
  'POST /users': {
    scope: 'users:write',
    request: { url: '/users', payload: { name: 'Ada', email: 'ada@example.org' } },
  },
  'PUT /users/:id': { scope: 'users:write', request: { url: USER, payload: { name: 'Ada' } } },
  'PATCH /users/:id': { scope: 'users:write', request: { url: USER, payload: { name: 'Ada' } } },
  'DELETE /users/:id': { scope: 'users:write', request: { url: USER } },
  'GET /users/:id/verification': { request: { url: `${USER}/verification?token=t` } },
  'HEAD /users/:id/verification': { request: { url: `${USER}/verification?token=t` } },
  'POST /users/:id/verification': { request: { url: `${USER}/verification`, payload: { token: 't' } } },
  'POST /users/:id/erasure': { scope: 'users:erase', request: { url: `${USER}/erasure` } },
  'GET /erasures/:id': { scope: 'users:erase', request: { url: `/erasures/${ID}` } },
  'HEAD /erasures/:id': { scope: 'users:erase', request: { url: `/erasures/${ID}` } },
  'GET /personal-data-keys/:userId': {
    scope: 'users:personal-data',
    request: { url: `/personal-data-keys/${ID}` },
  },
  'HEAD /personal-data-keys/:userId': {
    scope: 'users:personal-data',
    request: { url: `/personal-data-keys/${ID}` },
  },
  'GET /health/live': { request: { url: '/health/live' } },
  'HEAD /health/live': { request: { url: '/health/live' } },
  'GET /health/ready': { request: { url: '/health/ready' } },
  'HEAD /health/ready': { request: { url: '/health/ready' } },
  'GET /openapi.json': { request: { url: '/openapi.json' } },
  'HEAD /openapi.json': { request: { url: '/openapi.json' } },
  'GET /docs': { request: { url: '/docs' } },
  'HEAD /docs': { request: { url: '/docs' } },
  'GET /metrics': { scope: 'fleet:read', request: { url: '/metrics', remoteAddress: '10.0.0.5' } },
  'HEAD /metrics': { scope: 'fleet:read', request: { url: '/metrics', remoteAddress: '10.0.0.5' } },
};
const GUARDED = Object.entries(ROUTES).flatMap(([route, { scope, request }]) =>
  scope === undefined
    ? []
    : [{ route, scope, request: { ...request, method: route.split(' ')[0] } as InjectOptions }],
);

const settings = {
  ...commandApiConfig,
  // So that every route is there.
  personalDataKeys: [{ kid: 'a', secret: createSecretKey(Buffer.alloc(32)) }],
  onboarding: { isOn: true, timeoutMs: 1_000, verificationSecret: 's'.repeat(32) },
};

let issuer: TestIssuer;
let app: NestFastifyApplication;
const registered: string[] = [];

beforeAll(async () => {
  // It would look for Kafka until it is found.
  jest.spyOn(PartitionsCheck.prototype, 'onModuleInit').mockImplementation(() => undefined);
  issuer = await startTestIssuer();
  const logger = pino({ level: 'silent' });
  const problems = problemsOf(aggregates);
  const verifier = createTokenVerifier({ issuer: issuer.url, audience: issuer.audience }, logger);
  const module = CommandApiModule.forRoot({ config: settings, logger, aggregates, problems, verifier });
  app = await createHttpApp({ module, logger, problems, verifier });
  app.getHttpAdapter().getInstance().addHook('onRoute', note);
  await app.init();
});

afterAll(async () => {
  await app.close();
  await issuer.close();
});

function note({ method, url }: RouteOptions): void {
  for (const each of [method].flat()) registered.push(`${each} ${url}`);
}

async function ask(request: InjectOptions, authorization?: string) {
  const headers = { ...request.headers, ...(authorization === undefined ? {} : { authorization }) };
  const response = await app.inject({ ...request, headers } as never);
  const { statusCode: status, body } = response;
  const problem = body.startsWith('{') ? (JSON.parse(body) as { code?: string; detail?: string }) : {};
  return {
    status,
    challenge: response.headers['www-authenticate'],
    type: response.headers['content-type'],
    problem,
  };
}

describe('who may ask the command API', () => {
  it('is said of every route', () => {
    expect(registered.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  });

  it.each(GUARDED)('$route: nobody without a good token', async ({ route, scope, request }) => {
    const executed = jest.spyOn(CommandBus.prototype, 'execute');
    for (const [name, authorization] of await badAuthorizations(issuer, scope)) {
      const { status, challenge, type, problem } = await ask(request, authorization);
      expect({ name, status }).toEqual({ name, status: 401 });
      expect(challenge).toMatch(/^Bearer realm="eventfleet"/);
      if (route.startsWith('HEAD')) continue;
      expect(type).toBe('application/problem+json');
      expect(problem.code).toBe('unauthenticated');
    }
    expect(executed).not.toHaveBeenCalled();
  });

  it.each(GUARDED)('$route: nobody without $scope', async ({ route, scope, request }) => {
    const others = SCOPES.filter((each) => each !== scope).join(' ');
    const { status, challenge, problem } = await ask(
      request,
      `Bearer ${await issuer.token({ scope: others })}`,
    );
    expect(status).toBe(403);
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain(`scope="${scope}"`);
    if (!route.startsWith('HEAD')) {
      expect(problem.code).toBe('insufficient-scope');
      expect(problem.detail).toContain(scope);
    }
  });

  it.each(GUARDED)('$route: whoever has $scope alone', async ({ scope, request }) => {
    jest.spyOn(CommandBus.prototype, 'execute').mockRejectedValue(new Error('not here'));
    const { status } = await ask(request, `Bearer ${await issuer.token({ scope })}`);
    expect([401, 403]).not.toContain(status);
    jest.restoreAllMocks();
  });

  it('is told before the body is looked at', async () => {
    const broken = {
      method: 'POST' as const,
      url: '/users',
      headers: { 'content-type': 'text/plain' },
      payload: '{',
    };
    expect(await ask(broken)).toMatchObject({ status: 401 });
    const large = { method: 'POST' as const, url: '/users', payload: { name: 'a'.repeat(100_000) } };
    expect(await ask(large)).toMatchObject({ status: 401 });
    const wrongId = { method: 'PUT' as const, url: '/users/none', payload: {} };
    expect(await ask(wrongId)).toMatchObject({ status: 401 });
  });

  it.each(Object.entries(ROUTES).filter(([, { scope }]) => scope === undefined))(
    '%s: everybody',
    async (route, { request }) => {
      const response = await ask({ ...request, method: route.split(' ')[0] } as InjectOptions);
      expect(response.challenge).toBeUndefined();
      // That the token of the mail is wrong is said by another code.
      expect(['unauthenticated', 'insufficient-scope']).not.toContain(response.problem.code);
    },
  );

  it('lets processes on this machine read metrics, and no proxy on it', async () => {
    const request = { method: 'GET' as const, url: '/metrics', remoteAddress: '127.0.0.1' };
    expect(await ask(request)).toMatchObject({ status: 200 });
    const forwarded = { ...request, headers: { 'x-forwarded-for': '10.0.0.5' } };
    expect(await ask(forwarded)).toMatchObject({ status: 401 });
    for (const host of ['127.0.0.1:3000', '[::1]:3000', 'localhost'])
      expect(await ask({ ...request, headers: { host } })).toMatchObject({ status: 200 });
    // A proxy that adds no header of its own.
    for (const host of ['users.example.org', '10.0.0.5:3000', '127.0.0.1.example.org'])
      expect(await ask({ ...request, headers: { host } })).toMatchObject({ status: 401 });
  });

  it('leaves an unknown address unknown', async () => {
    expect(await ask({ method: 'GET', url: '/none' })).toMatchObject({ status: 404 });
  });
});

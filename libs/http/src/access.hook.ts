import {
  AuthError,
  readBearer,
  requireScope,
  type Caller,
  type Scope,
  type TokenVerifier,
} from '@eventfleet/auth';
import { subjectHash } from '@eventfleet/observability';
import type { FastifyInstance, FastifyRequest, HTTPMethods } from 'fastify';
import { ProblemError } from './problem.error.js';
import type { RouteAccess } from './route-access.js';

/** Who asks, if something else than a token says it, such as a session; undefined if nothing does. */
export type CallerReader = (request: FastifyRequest) => Promise<Caller | undefined>;

const REALM = 'eventfleet';

/**
 * Lets a request to its route only if the route lets everybody in, or the request has a token with the route's scope: 401
 * `unauthenticated`, 403 `insufficient-scope` or 503 `issuer-unavailable` otherwise. As a hook of Fastify it runs before the
 * body is read; a guard of Nest would run after that. A route that does not say who may ask it cannot be registered,
 * whether or not tokens are needed. Call it before any route is registered.
 * @param verifier undefined: no token is needed
 * @param readCaller asked for requests without a token
 */
export function guardRoutes(
  fastify: FastifyInstance,
  verifier: TokenVerifier | undefined,
  readCaller?: CallerReader,
): void {
  fastify.decorateRequest('caller');
  fastify.addHook('onRoute', ({ method, url, config }) => requireDeclaration(method, url, config?.access));
  if (!verifier) return;
  fastify.addHook('onRequest', async (request) => {
    const scope = request.routeOptions.config.access?.scopeFor(request);
    if (scope === undefined) return;
    request.caller = await authorise(request, scope, verifier, readCaller);
    request.span?.set({ 'user.hash': subjectHash(request.caller.subject) });
  });
}

/** A preflight of a browser has no token, and gives nothing away. */
function requireDeclaration(
  method: HTTPMethods | HTTPMethods[],
  url: string,
  access: RouteAccess | undefined,
): void {
  const needing = [method].flat().filter((each) => each !== 'OPTIONS');
  if (access || needing.length === 0) return;
  throw new Error(
    `${needing.join(', ')} ${url} does not say who may ask it: mark its method with @RequireScope, @PublicRoute or @LocalRoute`,
  );
}

async function authorise(
  request: FastifyRequest,
  scope: Scope,
  verifier: TokenVerifier,
  readCaller: CallerReader | undefined,
): Promise<Caller> {
  const { authorization } = request.headers;
  try {
    const known = authorization === undefined ? await readCaller?.(request) : undefined;
    const caller = known ?? (await verifier.verify(readBearer(authorization)));
    requireScope(caller, scope);
    return caller;
  } catch (error) {
    if (!(error instanceof AuthError)) throw error;
    throw toProblemError(error, scope, authorization !== undefined);
  }
}

/** The challenge is as RFC 6750 wants it: it says what is wrong only if there was a token. */
function toProblemError({ code, message, cause }: AuthError, scope: Scope, isGiven: boolean): ProblemError {
  if (code === 'issuer-unavailable') return new ProblemError(code, message, { cause });
  const error =
    code === 'insufficient-scope'
      ? `, error="insufficient_scope", error_description="${message}"`
      : isGiven
        ? `, error="invalid_token", error_description="${message}"`
        : '';
  const challenge = `Bearer realm="${REALM}"${error}, scope="${scope}"`;
  return new ProblemError(code, message, { headers: { 'www-authenticate': challenge } });
}

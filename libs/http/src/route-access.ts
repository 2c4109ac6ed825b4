import type { Caller, Scope } from '@eventfleet/auth';
import type { FastifyRequest } from 'fastify';
import { addRouteConfig, readRouteConfig } from './add-route-config.js';
import { isLocal } from './is-local.js';

/** Who may ask a route while tokens are needed. */
export interface RouteAccess {
  /** The scope that this request needs; undefined: none, and no token either. Reads the request line and headers only. */
  readonly scopeFor: (request: FastifyRequest) => Scope | undefined;
  /** The scopes that it may need; none: everybody may ask. */
  readonly scopes: readonly Scope[];
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks: there if the route needs a scope and tokens are needed. */
    caller: Caller | undefined;
  }

  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

/** The route needs a token with this scope. */
export function RequireScope(scope: Scope): MethodDecorator {
  return declare({ scopeFor: () => scope, scopes: [scope] });
}

/** The route needs a token with one of these scopes; which one, the request says. */
export function RequireScopeOf(
  scopes: readonly Scope[],
  scopeFor: (request: FastifyRequest) => Scope,
): MethodDecorator {
  return declare({ scopeFor, scopes });
}

/**
 * Everybody may ask this route, without any token.
 * @param _reason why that is right, for whoever reads the code
 */
export function PublicRoute(_reason: string): MethodDecorator {
  return declare({ scopeFor: () => undefined, scopes: [] });
}

/** Processes on this machine may ask without a token; whoever comes from elsewhere needs one with this scope. */
export function LocalRoute(scopeElsewhere: Scope): MethodDecorator {
  return declare({
    scopeFor: (request) => (isLocal(request) ? undefined : scopeElsewhere),
    scopes: [scopeElsewhere],
  });
}

/** What a controller's method declares. */
export function accessOf(handler: object): RouteAccess | undefined {
  return readRouteConfig(handler)?.access;
}

function declare(access: RouteAccess): MethodDecorator {
  return addRouteConfig({ access });
}

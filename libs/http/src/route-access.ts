import type { Caller, Scope } from '@eventfleet/auth';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { isLocal } from './is-local.js';

/** Who may ask a route while tokens are needed. */
export interface RouteAccess {
  /** The scope that this request needs; undefined: none, and no token either. Reads the request line and headers only. */
  readonly scopeFor: (request: FastifyRequest) => Scope | undefined;
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

/** The route needs a token with this scope, or with the one that is named for the request. */
export function RequireScope(scope: Scope | ((request: FastifyRequest) => Scope)): MethodDecorator {
  return declare({ scopeFor: typeof scope === 'function' ? scope : () => scope });
}

/**
 * Everybody may ask this route, without any token.
 * @param _reason why that is right, for whoever reads the code
 */
export function PublicRoute(_reason: string): MethodDecorator {
  return declare({ scopeFor: () => undefined });
}

/** Processes on this machine may ask without a token; whoever comes from elsewhere needs one with this scope. */
export function LocalRoute(scopeElsewhere: Scope): MethodDecorator {
  return declare({ scopeFor: (request) => (isLocal(request) ? undefined : scopeElsewhere) });
}

function declare(access: RouteAccess): MethodDecorator {
  return RouteConfig({ access });
}

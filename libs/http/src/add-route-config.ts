import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

/** Adds to what other decorators say of a route: `RouteConfig` alone replaces it. */
export function addRouteConfig(config: FastifyContextConfig): MethodDecorator {
  return (controller, name, descriptor) => {
    const before = readRouteConfig(descriptor.value as object);
    RouteConfig({ ...before, ...config })(controller, name, descriptor);
  };
}

/** What decorators say of a controller's method. */
export function readRouteConfig(handler: object): FastifyContextConfig | undefined {
  return Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as FastifyContextConfig | undefined;
}

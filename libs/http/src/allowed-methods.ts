import type { FastifyInstance } from 'fastify';

/** The methods of each address, so that a wrong method is answered otherwise than an unknown address. */
export interface AllowedMethods {
  /** The methods of the routes that match this URL. Empty when none does. */
  of(url: string): string[];
}

/** Listens to the registration of routes: call it before any is registered. */
export function recordAllowedMethods(fastify: FastifyInstance): AllowedMethods {
  const routes = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  fastify.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { pattern: toPattern(url), methods: new Set() };
    routes.set(url, route);
    for (const one of [method].flat()) route.methods.add(one);
  });
  return {
    of(url) {
      const path = url.split('?', 1)[0]!;
      const matching = [...routes.values()].filter(({ pattern }) => pattern.test(path));
      return [...new Set(matching.flatMap(({ methods }) => [...methods]))].toSorted();
    },
  };
}

function toPattern(url: string): RegExp {
  const segments = url
    .split('/')
    .map((segment) => (segment.startsWith(':') ? '[^/]+' : segment.replaceAll(/[^\w-]/g, '\\$&')));
  return new RegExp(`^${segments.join('/')}$`);
}

import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { addRouteConfig } from './add-route-config.js';
import { ProblemError, validationError } from './problem.error.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route takes a form as well as JSON. */
    acceptsForms?: boolean;
  }
}

export const BODY_LIMIT_BYTES = 64 * 1024;
const FORM = 'application/x-www-form-urlencoded';

/**
 * Bodies are JSON or nothing: any other media type is refused (415), an empty body is none. Only routes with `AcceptsForms`
 * take a form as well, as an object of its fields. A body with a
 * `__proto__` or `constructor.prototype` member is refused. Of a repeated member the last counts.
 */
export function acceptOnlyJson(fastify: FastifyInstance): void {
  const parse = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else if (isUtf8(body)) void parse(request, body.toString('utf8'), done);
    else done(validationError([{ path: '', message: 'must be UTF-8' }]));
  });
  fastify.addContentTypeParser<string>(FORM, { parseAs: 'string' }, (request, body, done) => {
    const { acceptsForms } = request.routeOptions.config;
    if (acceptsForms) done(null, Object.fromEntries(new URLSearchParams(body)));
    else done(new ProblemError('unsupported-media-type', ''));
  });
}

/** Of a controller's method: people send it a form of a page. */
export const AcceptsForms = () => addRouteConfig({ acceptsForms: true });

export function isForm({ headers }: FastifyRequest): boolean {
  return headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === FORM;
}

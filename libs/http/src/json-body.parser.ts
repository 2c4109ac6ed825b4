import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { validationError } from './problem.error.js';

export const BODY_LIMIT_BYTES = 64 * 1024;

/**
 * Bodies are JSON or nothing: any other media type is refused (415), an empty body is none. A body with a
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
}

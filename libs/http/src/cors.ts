import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const ON = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowedHeaders: [
    'Authorization',
    'Consistency-Token',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'Last-Event-ID',
    'Prefer',
    'traceparent',
    'X-Correlation-Id',
  ],
  exposedHeaders: [
    'Age',
    'Allow',
    'Cache-Status',
    'Consistency-Token',
    'ETag',
    'Idempotency-Replayed',
    'Location',
    'Preference-Applied',
    'Retry-After',
    'traceparent',
    'WWW-Authenticate',
    'X-Correlation-Id',
  ],
  maxAge: 600,
} satisfies FastifyCorsOptions;

/**
 * Lets pages of these origins use the app from a browser: its answers, refusals too, name the origin, and its preflight
 * requests are answered before anything else looks at them, since they carry no credentials. Cookies are not for other
 * origins. Any other origin, and an `OPTIONS` that is no preflight, is answered as without CORS.
 */
export async function allowOrigins(fastify: FastifyInstance, origins: readonly string[]): Promise<void> {
  const allowed = new Set(origins);
  await fastify.register(cors, {
    delegator({ method, headers }: FastifyRequest, done) {
      const { origin, 'access-control-request-method': requestedMethod } = headers;
      const isRefused = origin === undefined || !allowed.has(origin);
      const isPlainOptions = method === 'OPTIONS' && requestedMethod === undefined;
      done(null, isRefused || isPlainOptions ? { origin: false } : { ...ON, origin });
    },
  });
}

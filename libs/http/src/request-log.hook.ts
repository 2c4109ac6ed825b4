import type { onResponseHookHandler } from 'fastify';
import type { Logger } from 'pino';
import { httpRequestDuration, httpRequests } from './http.metrics.js';

const OPERATIONS = /^\/(health\/|metrics$)/;
const UNKNOWN_ROUTE = '(unknown)';

/** Counts, times and logs every request once. The address is left out: it may hold personal data. */
export function recordRequests(logger: Logger): onResponseHookHandler {
  return (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? UNKNOWN_ROUTE;
    const status = reply.statusCode;
    const durationMs = reply.elapsedTime;
    const labels = { method, route, status };
    httpRequests.inc(labels);
    httpRequestDuration.observe(labels, durationMs / 1000);
    logger[OPERATIONS.test(route) ? 'debug' : 'info'](
      { method, route, status, durationMs: Math.round(durationMs * 100) / 100, ...request.correlation },
      'request completed',
    );
    done();
  };
}

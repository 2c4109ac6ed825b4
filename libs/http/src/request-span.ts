import { isTracing, startSpan, type TracedSpan } from '@eventfleet/observability';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { takeTraceparent } from './correlation.js';
import { OPERATIONS_ROUTE } from './operations-route.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** There while traces are on, but for health and metrics. */
    span: TracedSpan | undefined;
  }
}

/**
 * Begins the span of a request, below the client's own if it names one; it ends with the connection's part in the answer.
 * The address stays out: it may hold personal data.
 */
export function startRequestSpan(request: FastifyRequest, reply: FastifyReply): void {
  const { method, routeOptions } = request;
  const route = routeOptions.url;
  if (!isTracing() || (route !== undefined && OPERATIONS_ROUTE.test(route))) return;
  const span = startSpan(
    {
      name: route === undefined ? method : `${method} ${route}`,
      kind: 'server',
      attributes: { 'http.request.method': method, ...(route === undefined ? {} : { 'http.route': route }) },
    },
    takeTraceparent(request.headers.traceparent),
  );
  request.span = span;
  reply.raw.once('close', () => {
    span?.set({
      'http.response.status_code': reply.statusCode,
      'eventfleet.correlation_id': request.correlation.correlationId,
    });
    // As the conventions want it, a refusal is no failure of the server.
    if (reply.statusCode >= 500) span?.fail(String(reply.statusCode));
    else if (!reply.raw.writableFinished) span?.fail('client-disconnected');
    span?.end();
  });
}

/** What the request causes takes this for its parent: the request's own span, or without one the trace that it names. */
export function traceparentOf({ span, correlation }: FastifyRequest): string {
  return span?.traceparent ?? correlation.traceparent;
}

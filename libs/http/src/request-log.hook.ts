import { traceExemplar, traceFields, type TraceExemplar } from '@eventfleet/observability';
import type { onResponseHookHandler } from 'fastify';
import type { Logger } from 'pino';
import { OPERATIONS_ROUTE } from './operations-route.js';
import { httpRequestDuration, httpRequests } from './http.metrics.js';

const UNKNOWN_ROUTE = '(unknown)';

/** Counts, times and logs every request once. The address is left out: it may hold personal data. */
export function recordRequests(logger: Logger): onResponseHookHandler {
  const series = new Map<string, ReturnType<typeof openSeries>>();
  return (request, reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url ?? UNKNOWN_ROUTE;
    const status = reply.statusCode;
    const durationMs = reply.elapsedTime;
    const name = `${method} ${route} ${status}`;
    let measured = series.get(name);
    if (!measured) series.set(name, (measured = openSeries({ method, route, status })));
    measured.count.inc();
    measured.observe(
      durationMs / 1000,
      traceExemplar([request], ({ span }) => span?.traceparent),
    );
    logger[measured.level](
      {
        method,
        route,
        status,
        durationMs: Math.round(durationMs * 100) / 100,
        correlationId: request.correlation?.correlationId,
        ...traceFields(request.correlation?.traceparent),
      },
      'request completed',
    );
    done();
  };
}

/** Routes, methods and codes are few: their series are looked up once, not by their labels at every request. */
function openSeries(labels: { readonly method: string; readonly route: string; readonly status: number }) {
  const duration = httpRequestDuration.labels(labels);
  return {
    count: httpRequests.labels(labels),
    observe(seconds: number, exemplarLabels: TraceExemplar | undefined): void {
      if (exemplarLabels) httpRequestDuration.observe({ labels, value: seconds, exemplarLabels });
      else duration.observe(seconds);
    },
    level: OPERATIONS_ROUTE.test(labels.route) ? ('debug' as const) : ('info' as const),
  };
}

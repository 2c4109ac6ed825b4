import { tracedHistogram } from '@eventfleet/observability';
import { Counter } from 'prom-client';

const labelNames = ['method', 'route', 'status'] as const;

/** `route` is the pattern, never the address: a bounded number of series. */
export const httpRequests = new Counter({
  name: 'eventfleet_http_requests_total',
  help: 'Requests answered',
  labelNames,
});

export const httpRequestDuration = tracedHistogram({
  name: 'eventfleet_http_request_duration_seconds',
  help: 'From the request line to the last byte of the answer',
  labelNames,
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

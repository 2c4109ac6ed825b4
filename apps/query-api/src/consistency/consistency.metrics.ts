import { Gauge, Histogram } from 'prom-client';

export const consistencyWait = new Histogram({
  name: 'eventfleet_consistency_wait_seconds',
  help: 'How long requests with a consistency token that was not applied yet have waited',
  labelNames: ['projection', 'outcome'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
});

export const consistencyWaiting = new Gauge({
  name: 'eventfleet_consistency_waiting',
  help: 'Requests that wait at this moment until their command is reflected',
  labelNames: ['projection'] as const,
});

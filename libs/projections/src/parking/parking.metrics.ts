import { Counter, Gauge } from 'prom-client';

export const faults = new Counter({
  name: 'eventfleet_projection_faults_total',
  help: 'Events that were found at fault and parked, or failed again when they were retried',
  labelNames: ['projection', 'code'],
});

export const parkedEvents = new Gauge({
  name: 'eventfleet_projection_parked_events',
  help: 'Events that wait in the read store, at fault or behind one that is; the same in every copy',
  labelNames: ['projection'],
});

export const parkedKeys = new Gauge({
  name: 'eventfleet_projection_parked_keys',
  help: 'Keys of which events wait in the read store; the same in every copy',
  labelNames: ['projection'],
});

import { Counter } from 'prom-client';

export const brokenChains = new Counter({
  name: 'eventfleet_broken_chains_total',
  help: 'Streams whose events are not as they were appended, as the verification of rows has found',
});

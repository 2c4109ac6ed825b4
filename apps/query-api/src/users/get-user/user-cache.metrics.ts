import { Counter } from 'prom-client';

export const answersFromCache = new Counter({
  name: 'eventfleet_read_cache_answers_total',
  help: 'Queries answered from memory because the read store was away',
});

import { Counter } from 'prom-client';

export const historyComparisons = new Counter({
  name: 'eventfleet_history_comparisons_total',
  help: 'How often the event store was compared with what was published, by what came of it',
  labelNames: ['outcome'],
});

export const historyEvents = new Counter({
  name: 'eventfleet_history_events_total',
  help: 'Published events that the store had lost: taken back, or in conflict with what it has',
  labelNames: ['outcome'],
});

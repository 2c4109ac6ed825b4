import type pg from 'pg';
import { Counter, Gauge } from 'prom-client';
import { countDue, countInstances } from './count-instances.js';

export const timersFired = new Counter({
  name: 'eventfleet_process_manager_timers_fired_total',
  help: 'Timers whose effect was committed',
  labelNames: ['process_manager'],
});

export const timerFailures = new Counter({
  name: 'eventfleet_process_manager_timer_failures_total',
  help: 'Times that a process manager threw, or the database refused, where a timer came due',
  labelNames: ['process_manager'],
});

/** Gauges that ask the store when they are scraped; a store that does not answer leaves them out. */
export function registerProcessManagerMetrics(pool: pg.Pool): Gauge[] {
  return [
    new Gauge({
      name: 'eventfleet_process_manager_instances',
      help: 'Instances that have not ended, counted up to 1,000,000; every copy tells the same',
      labelNames: ['process_manager'],
      async collect() {
        await fill(this, countInstances(pool));
      },
    }),
    new Gauge({
      name: 'eventfleet_process_manager_timers_due',
      help: 'Timers that are due and have not fired, counted up to 1,000,000; every copy tells the same',
      labelNames: ['process_manager'],
      async collect() {
        await fill(this, countDue(pool));
      },
    }),
  ];
}

async function fill(gauge: Gauge, asked: Promise<ReadonlyMap<string, number>>): Promise<void> {
  gauge.reset();
  const counts = await asked.catch(() => new Map<string, number>());
  for (const [name, count] of counts) gauge.set({ process_manager: name }, count);
}

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
  help: 'Timers that could not fire because the process manager threw or the database refused',
  labelNames: ['process_manager'],
});

/** Gauges that query the store when they are scraped; if it does not answer they have no value. */
export function registerProcessManagerMetrics(pool: pg.Pool): Gauge[] {
  return [
    new Gauge({
      name: 'eventfleet_process_manager_instances',
      help: 'Instances that have not ended, counted up to 1,000,000; the same in every copy',
      labelNames: ['process_manager'],
      async collect() {
        await fill(this, countInstances(pool));
      },
    }),
    new Gauge({
      name: 'eventfleet_process_manager_timers_due',
      help: 'Timers that are due and have not fired, counted up to 1,000,000; the same in every copy',
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

import { measureRunningErasures, type RunningErasures } from '@eventfleet/event-store';
import type pg from 'pg';
import { Gauge } from 'prom-client';

/** Gauges that query the store when they are scraped; if it does not answer they have no value. */
export function registerErasureMetrics(pool: pg.Pool): Gauge[] {
  return [
    gauge(
      'eventfleet_erasures_running',
      'Erasures that are not done, counted up to 1,000,000; the same in every copy',
      ({ count }) => count,
    ),
    gauge(
      'eventfleet_erasure_oldest_age_seconds',
      'Age of the oldest erasure that is not done, 0 if there is none; the same in every copy',
      ({ oldestSeconds }) => oldestSeconds,
    ),
  ];

  function gauge(name: string, help: string, valueOf: (running: RunningErasures) => number): Gauge {
    return new Gauge({
      name,
      help,
      async collect() {
        const running = await measureRunningErasures(pool).catch(() => undefined);
        if (running) this.set(valueOf(running));
        else this.remove();
      },
    });
  }
}

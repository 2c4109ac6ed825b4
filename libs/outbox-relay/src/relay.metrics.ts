import type pg from 'pg';
import { findTailBlocker } from '@eventfleet/event-store';
import { Counter, Gauge } from 'prom-client';
import { backlogAge, countBacklog } from './read-backlog.js';

export const eventsPublished = new Counter({
  name: 'eventfleet_relay_events_published_total',
  help: 'Events that the broker acknowledged',
  labelNames: ['relay'],
});

export const eventsSkipped = new Counter({
  name: 'eventfleet_relay_events_skipped_total',
  help: 'Events that were found in the broker after an unknown outcome, and not sent again',
  labelNames: ['relay'],
});

export const recoveries = new Counter({
  name: 'eventfleet_relay_recoveries_total',
  help: 'Times that the broker was compared with the checkpoint: starts, take-overs, failures',
  labelNames: ['relay'],
});

export const relayActive = new Gauge({
  name: 'eventfleet_relay_active',
  help: '1 in the process that holds the lease and publishes',
  labelNames: ['relay'],
});

export const backlogLimitExceeded = new Gauge({
  name: 'eventfleet_relay_backlog_limit_passed',
  help: '1 while this process refuses commands, because too many events wait to be published',
  labelNames: ['relay'],
});

/** Gauges that query the store when they are scraped; if it does not answer they are left out. */
export function registerBacklogMetrics(pool: pg.Pool, relays: readonly string[]): Gauge[] {
  return [
    new Gauge({
      name: 'eventfleet_relay_backlog_events',
      help: 'Events that are stored and not yet published, counted up to 1,000,000',
      labelNames: ['relay'],
      async collect() {
        this.reset();
        for (const relay of relays) {
          const events = await countBacklog(pool, relay).catch(() => undefined);
          if (events !== undefined) this.set({ relay }, events);
        }
      },
    }),
    new Gauge({
      name: 'eventfleet_relay_backlog_age_seconds',
      help: 'Age of the oldest event that is not yet published',
      labelNames: ['relay'],
      async collect() {
        this.reset();
        for (const relay of relays) {
          const age = await backlogAge(pool, relay).catch(() => undefined);
          if (age !== undefined) this.set({ relay }, age);
        }
      },
    }),
    new Gauge({
      name: 'eventfleet_tail_holder_seconds',
      help: 'Age of the oldest writing transaction on the server, which holds the tail back, by its backend pid',
      labelNames: ['pid', 'application'],
      async collect() {
        this.reset();
        const blocker = await findTailBlocker(pool).catch(() => undefined);
        if (blocker) this.set({ pid: blocker.pid, application: blocker.applicationName }, blocker.ageSeconds);
      },
    }),
  ];
}

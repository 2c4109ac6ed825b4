import { HistoryGuard, type ConflictResolver, type HistoryCheck } from '@eventfleet/history';
import { finishesWithin } from '@eventfleet/resilience';
import { pino } from 'pino';
import type { EventStorePools } from '../event-store/event-store-pools.js';
import { ShutdownDeadline } from '../shutdown-deadline.js';
import { HistoryWatch } from './history-watch.js';

const logger = pino({ level: 'silent' });

describe('the history watch', () => {
  it('holds up no stop while it waits for Kafka', async () => {
    const never = new Promise<never>(() => undefined);
    const watch = new HistoryWatch(
      new HistoryGuard(),
      { hasLostEvents: () => never } as Partial<HistoryCheck> as HistoryCheck,
      {} as ConflictResolver,
      {} as EventStorePools,
      new ShutdownDeadline(logger, 50),
      logger,
    );
    watch.onModuleInit();

    // The comparison itself gives up after three seconds.
    expect(await finishesWithin(watch.onApplicationShutdown(), 1_500)).toBe(true);
  });
});

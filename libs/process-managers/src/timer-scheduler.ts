import { setTimeout as delay } from 'node:timers/promises';
import { withClient } from '@eventfleet/postgres';
import { isTransient } from '@eventfleet/resilience';
import type pg from 'pg';
import type { Logger } from 'pino';
import { fireTimers } from './fire-timers.js';
import { findDueInstances, postponeDueTimers } from './instance-statements.js';
import type { AnyProcessManager } from './process-manager.js';
import { timerFailures, timersFired } from './process-manager.metrics.js';

export interface TimerSchedulerOptions {
  /** Its clients pipeline, and find the process managers' tables. */
  readonly pool: pg.Pool;
  readonly processManagers: readonly AnyProcessManager[];
  readonly logger: Logger;
  /** Whether timers may fire now. Asked before each look until it says so once. */
  readonly mayFire?: () => Promise<boolean>;
  /** Called after commits that may have sent commands. */
  readonly onFired?: () => void;
  readonly intervalMs?: number;
}

const INTERVAL_MS = 500;
const LONGEST_INTERVAL_MS = 10_000;
/** Instances whose timers fire in one transaction. */
const PORTION = 100;

/**
 * Fires timers when they are due by the database's clock, or as soon after it as some process looks. Every copy of the
 * process may do so at once: each timer fires in one transaction of one of them. Where a process manager throws, its
 * instance waits for longer each time, and the others go on.
 */
export class TimerScheduler {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private hasBegun = false;

  constructor(private readonly options: TimerSchedulerOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when the portion under way is done. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Fires a portion of each process manager's timers. Returns whether there may be more to do at once. */
  async turn(): Promise<boolean> {
    let isBusy = false;
    for (const processManager of this.options.processManagers) {
      if (this.stopping.signal.aborted) return false;
      const due = await this.options.pool.query<{ instance_id: string }>(
        findDueInstances(processManager.name, PORTION),
      );
      const ids = due.rows.map(({ instance_id: id }) => id);
      const fired = ids.length > 0 ? await this.fire(processManager, ids) : 0;
      isBusy ||= fired > 0 && ids.length === PORTION;
    }
    return isBusy;
  }

  private async run(): Promise<void> {
    const { intervalMs = INTERVAL_MS, logger, mayFire } = this.options;
    const { signal } = this.stopping;
    let pauseMs = intervalMs;
    while (!signal.aborted) {
      try {
        this.hasBegun ||= mayFire === undefined || (await mayFire());
        while (this.hasBegun && (await this.turn()));
        pauseMs = intervalMs;
      } catch (error) {
        pauseMs = Math.min(LONGEST_INTERVAL_MS, pauseMs * 2);
        logger.warn({ err: error }, 'timers cannot be looked for now');
      }
      await delay(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async fire(processManager: AnyProcessManager, ids: readonly string[]): Promise<number> {
    const { name } = processManager;
    try {
      const fired = await this.transact((client) => fireTimers(client, processManager, ids));
      if (fired === 0) return 0;
      timersFired.inc({ process_manager: name }, fired);
      this.options.logger.info({ processManager: name, timers: fired }, 'timers fired');
      this.options.onFired?.();
      return fired;
    } catch (error) {
      if (isTransient(error)) throw error;
      if (ids.length === 1) return this.postpone(processManager, ids[0]!, error);
    }
    // One of them is at fault: each on its own.
    let fired = 0;
    for (const id of ids) fired += await this.fire(processManager, [id]);
    return fired;
  }

  private async postpone({ name }: AnyProcessManager, id: string, error: unknown): Promise<number> {
    timerFailures.inc({ process_manager: name });
    this.options.logger.error(
      { err: error, processManager: name, instance: id },
      'a timer cannot fire, its instance waits for longer',
    );
    await this.options.pool.query(postponeDueTimers(name, id));
    return 0;
  }

  private transact<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
    return withClient(this.options.pool, async (client) => {
      try {
        return await work(client);
      } catch (error) {
        await client.query('rollback').catch(() => undefined);
        throw error;
      }
    });
  }
}

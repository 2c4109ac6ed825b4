import { withPipelinedTransaction } from '@eventfleet/postgres';
import { isTransient, pollUntilStopped } from '@eventfleet/resilience';
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
  /** No timer fires before this returns true. Asked again at each interval until it does. */
  readonly isCaughtUp?: () => Promise<boolean>;
  /** Called after commits that may have sent commands. */
  readonly onFired?: () => void;
  readonly intervalMs?: number;
}

const INTERVAL_MS = 500;
const LONGEST_INTERVAL_MS = 10_000;
/** Instances whose timers fire in one transaction. */
const CHUNK_SIZE = 100;

/**
 * Fires timers when they are due by the database's clock, or as soon after it as a process looks. Every copy of the
 * process may do so at once: each timer fires in one transaction of one of them. If a process manager throws, its
 * instance waits for longer each time, and the others go on.
 */
export class TimerScheduler {
  private loop: { stop(): Promise<void> } | undefined;

  constructor(private readonly options: TimerSchedulerOptions) {}

  start(): void {
    const { intervalMs = INTERVAL_MS, logger, isCaughtUp } = this.options;
    let hasCaughtUp = false;
    this.loop ??= pollUntilStopped(
      async (signal) => {
        hasCaughtUp ||= isCaughtUp === undefined || (await isCaughtUp());
        if (hasCaughtUp) while (await this.fireDueTimers(signal));
        return { pauseMs: intervalMs };
      },
      {
        onError(error, failures) {
          logger.warn(
            { err: error },
            'due timers could not be fired; trying again: check the event store and Kafka if this goes on',
          );
          return { pauseMs: Math.min(intervalMs * 2 ** failures, LONGEST_INTERVAL_MS) };
        },
      },
    );
  }

  /** Resolves when the transaction under way is done. */
  async stop(): Promise<void> {
    await this.loop?.stop();
  }

  /** Fires one chunk of each process manager's due timers. Returns whether there may be more to do at once. */
  async fireDueTimers(signal?: AbortSignal): Promise<boolean> {
    let isBusy = false;
    for (const processManager of this.options.processManagers) {
      if (signal?.aborted) return false;
      const due = await this.options.pool.query<{ instance_id: string }>(
        findDueInstances(processManager.name, CHUNK_SIZE),
      );
      const ids = due.rows.map(({ instance_id: id }) => id);
      const fired = ids.length > 0 ? await this.fire(processManager, ids) : 0;
      isBusy ||= fired > 0 && ids.length === CHUNK_SIZE;
    }
    return isBusy;
  }

  private async fire(processManager: AnyProcessManager, ids: readonly string[]): Promise<number> {
    const { name } = processManager;
    try {
      const fired = await withPipelinedTransaction(this.options.pool, (client) =>
        fireTimers(client, processManager, ids),
      );
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
      'a timer could not fire because its process manager failed; it is tried again later: fix the process manager',
    );
    await this.options.pool.query(postponeDueTimers(name, id));
    return 0;
  }
}

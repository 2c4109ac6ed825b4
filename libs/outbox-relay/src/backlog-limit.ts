import type pg from 'pg';
import { isConflict } from '@eventfleet/postgres';
import type { Logger } from 'pino';
import { countBacklog, estimateBacklog } from './read-backlog.js';
import { backlogLimitPassed } from './relay.metrics.js';

export interface BacklogLimitOptions {
  readonly pool: pg.Pool;
  readonly relay: string;
  readonly logger: Logger;
  /** Unpublished events, by whichever process they were stored. */
  readonly limit: number;
  readonly lookEveryMs?: number;
}

const LOOK_EVERY_MS = 1_000;
const LOOK_SOON_MS = 50;

/**
 * Knows whether more events wait for their publication than may. It asks the store each second by an estimate, and
 * counts only where the estimate is above the limit and has changed. What this process stores makes it ask earlier
 * when that may pass the limit, so it is passed by what the copies store in a moment, not in a second. A store that
 * does not answer changes nothing.
 */
export class BacklogLimit {
  private passed = false;
  private estimate = 0;
  private backlog = 0;
  private storedSince = 0;
  private timer: NodeJS.Timeout | undefined;
  private dueAt = 0;
  private looking: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly options: BacklogLimitOptions) {}

  get isPassed(): boolean {
    return this.passed;
  }

  start(): void {
    backlogLimitPassed.set({ relay: this.options.relay }, 0);
    this.lookIn(0);
  }

  /** This process has stored so many events. */
  stored(events: number): void {
    this.storedSince += events;
    if (this.mayBePassed()) this.lookIn(LOOK_SOON_MS);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private mayBePassed(): boolean {
    return !this.passed && this.backlog + this.storedSince > this.options.limit;
  }

  private lookIn(delayMs: number): void {
    const dueAt = performance.now() + delayMs;
    if (this.stopped || this.looking || (this.timer && this.dueAt <= dueAt)) return;
    clearTimeout(this.timer);
    this.dueAt = dueAt;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.looking = this.look().finally(() => {
        this.looking = undefined;
        this.lookIn(this.mayBePassed() ? LOOK_SOON_MS : (this.options.lookEveryMs ?? LOOK_EVERY_MS));
      });
    }, delayMs);
  }

  private async look(): Promise<void> {
    const { pool, relay, limit } = this.options;
    this.storedSince = 0;
    try {
      const estimate = await estimateBacklog(pool, relay);
      if (estimate <= limit) this.backlog = estimate;
      else if (estimate !== this.estimate) this.backlog = await this.count(estimate);
      this.estimate = estimate;
      this.turn(this.backlog > limit);
    } catch {
      // Asked again at the next turn; without the store no command is accepted anyway.
    }
  }

  /** A count that takes too long is as good as the estimate. */
  private async count(estimate: number): Promise<number> {
    const { pool, relay, limit } = this.options;
    try {
      return await countBacklog(pool, relay, limit + 1);
    } catch (error) {
      if (isConflict(error)) return estimate;
      throw error;
    }
  }

  private turn(passed: boolean): void {
    const { logger, relay, limit } = this.options;
    if (passed === this.passed) return;
    this.passed = passed;
    backlogLimitPassed.set({ relay }, passed ? 1 : 0);
    if (passed) logger.error({ relay, limit }, 'too many events wait to be published: commands are refused');
    else logger.info({ relay, limit }, 'the backlog is below its limit: commands are accepted again');
  }
}

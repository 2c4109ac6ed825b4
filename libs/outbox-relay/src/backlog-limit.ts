import type pg from 'pg';
import { isConflict } from '@eventfleet/postgres';
import type { Logger } from 'pino';
import { countBacklog, estimateBacklog } from './read-backlog.js';
import { backlogLimitExceeded } from './relay.metrics.js';

export interface BacklogLimitOptions {
  readonly pool: pg.Pool;
  readonly relay: string;
  readonly logger: Logger;
  /** Unpublished events, by whichever process they were stored. */
  readonly limit: number;
  readonly checkEveryMs?: number;
}

const CHECK_EVERY_MS = 1_000;
const CHECK_SOON_MS = 50;

/**
 * Knows whether more events wait for their publication than the limit allows. It reads an estimate every second, and
 * counts only if the estimate is above the limit and has changed. If what this process stores may exceed the limit it
 * checks earlier: so the limit is exceeded by what the copies store within 50 ms, not within a second. A store that does
 * not answer changes nothing.
 */
export class BacklogLimit {
  private exceeded = false;
  private estimate = 0;
  private backlog = 0;
  private storedSinceCheck = 0;
  private timer: NodeJS.Timeout | undefined;
  private dueAt = 0;
  private checking: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly options: BacklogLimitOptions) {}

  get isExceeded(): boolean {
    return this.exceeded;
  }

  start(): void {
    backlogLimitExceeded.set({ relay: this.options.relay }, 0);
    this.scheduleCheck(0);
  }

  /** This process has stored so many events. */
  onStored(events: number): void {
    this.storedSinceCheck += events;
    if (this.mayBeExceeded()) this.scheduleCheck(CHECK_SOON_MS);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.checking;
  }

  private mayBeExceeded(): boolean {
    return !this.exceeded && this.backlog + this.storedSinceCheck > this.options.limit;
  }

  private scheduleCheck(delayMs: number): void {
    const dueAt = performance.now() + delayMs;
    if (this.stopped || this.checking || (this.timer && this.dueAt <= dueAt)) return;
    clearTimeout(this.timer);
    this.dueAt = dueAt;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.checking = this.check().finally(() => {
        this.checking = undefined;
        const { checkEveryMs = CHECK_EVERY_MS } = this.options;
        this.scheduleCheck(this.mayBeExceeded() ? CHECK_SOON_MS : checkEveryMs);
      });
    }, delayMs);
  }

  private async check(): Promise<void> {
    const { pool, relay, limit } = this.options;
    this.storedSinceCheck = 0;
    try {
      const estimate = await estimateBacklog(pool, relay);
      if (estimate <= limit) this.backlog = estimate;
      else if (estimate !== this.estimate) this.backlog = await this.count(estimate);
      this.estimate = estimate;
      this.setExceeded(this.backlog > limit);
    } catch {
      // The next check asks again; without the store no command is accepted anyway.
    }
  }

  /** If the count takes too long, the estimate is good enough. */
  private async count(estimate: number): Promise<number> {
    const { pool, relay, limit } = this.options;
    try {
      return await countBacklog(pool, relay, limit + 1);
    } catch (error) {
      if (isConflict(error)) return estimate;
      throw error;
    }
  }

  private setExceeded(exceeded: boolean): void {
    const { logger, relay, limit } = this.options;
    if (exceeded === this.exceeded) return;
    this.exceeded = exceeded;
    backlogLimitExceeded.set({ relay }, exceeded ? 1 : 0);
    if (exceeded)
      logger.error(
        { relay, limit },
        'commands are refused: too many events wait to be published; check the broker and the relay',
      );
    else logger.info({ relay, limit }, 'commands are accepted again: the backlog is below its limit');
  }
}

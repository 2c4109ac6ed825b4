import { sqlState } from '@eventfleet/postgres';
import { setTimeout as delay } from 'node:timers/promises';

interface Waiting {
  readonly since: number;
  giveUp(): void;
}

/** The store said nothing in time. */
export class StoreTimeout extends Error {
  constructor() {
    super('the store does not answer');
    this.name = 'TimeoutError';
  }
}

const LOOK_EVERY_MS = 100;
const PROBE_EVERY_MS = 250;

/**
 * Bounds how long anyone waits for the store, connections included, by one timer for all. While the store is silent
 * nobody waits at all, but for a probe every quarter of a second; the first answer to any of them ends that.
 */
export class StoreDeadline {
  /** In the order of their arrival. */
  private readonly waiting = new Set<Waiting>();
  private looking = false;
  private silent = false;
  private probedAt = 0;

  constructor(private readonly limitMs: number) {}

  /** @throws StoreTimeout, or what `query` throws */
  async ask<T>(query: () => Promise<T>): Promise<T> {
    const since = performance.now();
    if (this.silent) {
      if (since - this.probedAt < PROBE_EVERY_MS) throw new StoreTimeout();
      this.probedAt = since;
    }
    const { promise: late, reject } = Promise.withResolvers<never>();
    const waiting = { since, giveUp: () => reject(new StoreTimeout()) };
    this.waiting.add(waiting);
    if (!this.looking) void this.look();
    try {
      return await Promise.race([this.listen(query), late]);
    } finally {
      this.waiting.delete(waiting);
    }
  }

  /** A late answer also shows that the store is back, though nobody waits for it. */
  private async listen<T>(query: () => Promise<T>): Promise<T> {
    try {
      const answer = await query();
      this.silent = false;
      return answer;
    } catch (error) {
      if (sqlState(error) !== undefined) this.silent = false;
      throw error;
    }
  }

  private async look(): Promise<void> {
    this.looking = true;
    while (this.waiting.size > 0) {
      await delay(LOOK_EVERY_MS);
      this.giveUpOnLate(performance.now() - this.limitMs);
    }
    this.looking = false;
  }

  private giveUpOnLate(arrivedBefore: number): void {
    for (const waiting of this.waiting) {
      if (waiting.since > arrivedBefore) return;
      this.waiting.delete(waiting);
      this.silent = true;
      waiting.giveUp();
    }
  }
}

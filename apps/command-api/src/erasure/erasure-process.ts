import {
  completeErasure,
  readRunningErasures,
  saveErasedPlace,
  type RunningErasure,
} from '@eventfleet/event-store';
import { withClient } from '@eventfleet/postgres';
import { failpoint, pollUntilStopped } from '@eventfleet/resilience';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { ErasurePlace } from './erasure-place.js';

export interface ErasureProcessOptions {
  /** Of the event store. */
  readonly pool: pg.Pool;
  /** In the order in which they are done. */
  readonly places: readonly ErasurePlace[];
  readonly logger: Logger;
}

const INTERVAL_MS = 500;
/** While nothing can be done, and after a failure. */
const LONGEST_INTERVAL_MS = 2_000;
/** That are read at a time. */
const PAGE = 1_000;
const MOST_FAILURES = 1_000;
/** Any constant will do, as long as nothing else takes it. It locks nothing that others wait for. */
const LOCK = 7_315_402_121;

/**
 * Removes the plain copies of aggregates whose key is destroyed, place by place, and writes each down. What is written
 * down is not done again; a process that dies leaves the rest to the next one. One process at a time does so. A place
 * that fails holds up no other erasure.
 */
export class ErasureProcess {
  private loop: { stop(): Promise<void> } | undefined;
  /** Why places fail, so that each reason is told once. */
  private readonly failures = new Map<string, string>();

  constructor(private readonly options: ErasureProcessOptions) {}

  start(): void {
    this.loop ??= pollUntilStopped(
      async () => ({ pauseMs: (await this.turn()) ? INTERVAL_MS : LONGEST_INTERVAL_MS }),
      // Others report that the store is away.
      { onError: () => ({ pauseMs: LONGEST_INTERVAL_MS }) },
    );
  }

  async stop(): Promise<void> {
    await this.loop?.stop();
  }

  /** Goes through all erasures that are not done, as far as they can be. @returns whether anything was done */
  async turn(): Promise<boolean> {
    const { pool } = this.options;
    let page = await readRunningErasures(pool, PAGE);
    if (page.length === 0) return false;
    // The lock is the session's: a transaction would hold back the tail of the store.
    return withClient(pool, async (client) => {
      const { rows } = await client.query<{ locked: boolean }>(
        `select pg_try_advisory_lock(${LOCK}) as locked`,
      );
      if (!rows[0]?.locked) return false;
      let isBusy = false;
      try {
        while (page.length > 0) {
          for (const erasure of page) isBusy = (await this.go(erasure)) || isBusy;
          page = await readRunningErasures(pool, PAGE, page.at(-1));
        }
      } finally {
        await client.query(`select pg_advisory_unlock(${LOCK})`);
      }
      return isBusy;
    });
  }

  private async go(erasure: RunningErasure): Promise<boolean> {
    const { pool, places, logger } = this.options;
    const { erasureId } = erasure;
    const done = new Set(erasure.places);
    let left = 0;
    for (const place of places) {
      if (done.has(place.name)) continue;
      const isReady = (place.after ?? []).every((name) => done.has(name));
      const isErased = isReady && (await this.erase(erasure, place));
      failpoint('between two places of an erasure');
      // Until no process can read personal data any more, copies can still be made.
      if (!isErased && place === places[0]) return false;
      if (isErased) done.add(place.name);
      else left++;
    }
    if (left > 0) return done.size > erasure.places.size;
    await completeErasure(pool, erasureId);
    logger.info({ erasureId, userId: erasure.aggregateId }, 'an erasure is done');
    return true;
  }

  private async erase(erasure: RunningErasure, place: ErasurePlace): Promise<boolean> {
    const { erasureId } = erasure;
    const { name } = place;
    const where = `${erasureId} ${name}`;
    try {
      const erased = await place.erase(erasure);
      if (!erased) return false;
      failpoint('between a place and its receipt');
      await saveErasedPlace(this.options.pool, erasureId, { place: name, ...erased });
      this.failures.delete(where);
      return true;
    } catch (err) {
      this.reportOnce(where, err);
      return false;
    }
  }

  private reportOnce(where: string, err: unknown): void {
    const reason = err instanceof Error ? err.message : String(err);
    if (this.failures.get(where) === reason) return;
    if (this.failures.size >= MOST_FAILURES) this.failures.clear();
    this.failures.set(where, reason);
    this.options.logger.warn(
      { err, place: where },
      'a place of an erasure failed, and is tried again: check that server if this goes on',
    );
  }
}

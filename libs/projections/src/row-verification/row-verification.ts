import { randomUUID } from 'node:crypto';
import { pollUntilStopped } from '@eventfleet/resilience';
import type pg from 'pg';
import type { Logger } from 'pino';
import { isReading, type FoldingProjection, type RunnableProjection } from '../projection.js';
import { claimPage, giveUpPage, savePage, type ClaimedPage } from './claimed-pages.js';
import { describeTable } from './row-texts.js';
import type { VerificationContext } from './verification-context.js';
import { readVerificationProgress } from './verification-progress.js';
import { VerificationReport } from './verification-report.js';
import type { PublishedMark, VerificationSource } from './verification-source.js';
import { verifyCounters } from './verify-counters.js';
import { verifyPage } from './verify-page.js';

export interface RowVerificationOptions {
  /** Of the read store. */
  readonly pool: pg.Pool;
  readonly projections: readonly RunnableProjection[];
  readonly source: VerificationSource;
  /** What stands before the name of every topic. */
  readonly topicPrefix: string;
  /** How many every topic has. */
  readonly partitions: number;
  /** Of each projection, by all processes together. */
  readonly aggregatesPerSecond: number;
  readonly logger: Logger;
}

const LARGEST_PAGE = 100;
/** A pass begins at most so often. */
const PASS_MS = 10_000;
const LONGEST_PAUSE_MS = 1_000;
const PAUSE_AFTER_FAILURE_MS = 10_000;
/** Of the time between two pages: it is due before this process looks again, or it would be found a round later. */
const DUE_AFTER = 0.9;

/** The pages that make a pace: of so many aggregates, one each so many milliseconds. */
export function pagesOf(aggregatesPerSecond: number): { readonly limit: number; readonly pauseMs: number } {
  const limit = Math.min(LARGEST_PAGE, aggregatesPerSecond);
  return { limit, pauseMs: (limit * 1_000) / aggregatesPerSecond };
}

/**
 * Compares the rows of every projection with the event store, aggregate by aggregate and over and over, and folds again
 * what differs. Page by page, at a steady pace: a pass over all aggregates takes as many seconds as there are aggregates
 * for each that is verified a second, and at least ten. Any process may take the next page, one at a time; the place is
 * kept in the read store, so a restart goes on there. Only a difference that stands under the locks of the live
 * projection counts: events that it has not applied yet, or that come again, are none.
 */
export class RowVerification {
  private readonly report: VerificationReport;
  private readonly contexts = new Map<string, VerificationContext>();
  /** By projection. Read at the page before: what was published then has had some time to be applied. */
  private readonly marks = new Map<string, PublishedMark>();
  private loop: { stop(): Promise<void> } | undefined;

  constructor(private readonly options: RowVerificationOptions) {
    this.report = new VerificationReport(options.logger);
  }

  start(): void {
    const { logger, aggregatesPerSecond } = this.options;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, pagesOf(aggregatesPerSecond).pauseMs);
    this.loop ??= pollUntilStopped(
      async (signal) => {
        const startedAt = performance.now();
        await this.verifyDuePages(signal);
        return { pauseMs: Math.max(0, pauseMs - (performance.now() - startedAt)) };
      },
      {
        onError(error) {
          logger.warn(
            { err: error },
            'rows could not be compared with the event store; trying again: check both stores if this goes on',
          );
          return { pauseMs: PAUSE_AFTER_FAILURE_MS };
        },
      },
    );
  }

  /** Resolves when the page under way is done. */
  async stop(): Promise<void> {
    await this.loop?.stop();
  }

  /** Verifies the page of each projection that is due, if no other process does. */
  async verifyDuePages(signal?: AbortSignal): Promise<void> {
    const { pool, projections } = this.options;
    const known = new Map((await readVerificationProgress(pool)).map((each) => [each.projection, each]));
    for (const projection of projections) {
      if (signal?.aborted) return;
      // What it writes depends on more than its events.
      if (isReading(projection)) continue;
      const progress = known.get(projection.name);
      if (progress) this.report.progress(progress);
      if (progress && !progress.isDue) continue;
      const page = await claimPage(pool, projection.name, randomUUID());
      if (page) await this.verifyClaimed(projection, page);
    }
  }

  private async verifyClaimed(projection: FoldingProjection, page: ClaimedPage): Promise<void> {
    const { pool, aggregatesPerSecond } = this.options;
    const { limit, pauseMs } = pagesOf(aggregatesPerSecond);
    try {
      const context = await this.contextOf(projection);
      const mode = { mark: this.marks.get(projection.name), isMending: true };
      const { after } = page;
      const verified = await verifyPage(context, { after, limit }, mode);
      this.report.page(projection.name, verified);
      // Folding an aggregate again takes back what its version says that it has added: it may have been wrong.
      if (verified.isLast || verified.differences.length > 0) {
        this.report.counters(projection.name, await verifyCounters(context, mode));
      }
      const { isLast, lastKey, checked } = verified;
      await savePage(pool, page, {
        lastKey: isLast ? undefined : lastKey,
        checked,
        pauseMs: pauseMs * DUE_AFTER,
        passMs: PASS_MS,
      });
      await this.readMark(context);
    } catch (error) {
      // Its claim runs out by itself.
      await giveUpPage(pool, page, PAUSE_AFTER_FAILURE_MS).catch(() => undefined);
      throw error;
    }
  }

  private async contextOf(projection: FoldingProjection): Promise<VerificationContext> {
    const found = this.contexts.get(projection.name);
    if (found) return found;
    const context = await createVerificationContext(projection, this.options);
    this.contexts.set(projection.name, context);
    return context;
  }

  private async readMark({ source, topic, projection }: VerificationContext): Promise<void> {
    const mark = await source.readPublished(topic);
    if (mark) this.marks.set(projection.name, mark);
  }
}

export async function createVerificationContext(
  projection: FoldingProjection,
  {
    pool,
    source,
    topicPrefix,
    partitions,
  }: Pick<RowVerificationOptions, 'pool' | 'source' | 'topicPrefix' | 'partitions'>,
): Promise<VerificationContext> {
  const table = projection.copied && (await describeTable(pool, projection.copied));
  return { projection, table, source, pool, topic: topicPrefix + projection.topic, partitions };
}

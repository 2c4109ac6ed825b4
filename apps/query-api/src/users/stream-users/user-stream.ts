import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { comparePositions, type TailMark } from '@eventfleet/event-store';
import { isTransient } from '@eventfleet/resilience';
import { matches, type StreamFilter } from './stream-event.js';
import { caughtUpFrame, COMMENT_FRAME, RESET_FRAME } from './stream-frames.js';
import type { ReadOptions, StreamPage } from './stream-source.js';
import type { TailFeed } from './tail-feed.js';

export interface UserStreamOptions {
  readonly feed: Pick<TailFeed, 'after' | 'end'>;
  /** Reads from the store what is not in the feed's memory. It may let others go first. */
  readonly read: (after: TailMark, options: ReadOptions) => Promise<StreamPage>;
  readonly filter: StreamFilter;
  /** Where the client was, which the store has to know still; undefined: it begins at `end`. */
  readonly resumeFrom: TailMark | undefined;
  /** The end of the tail when the client came. */
  readonly end: TailMark;
  /** Called once, however the stream ends. */
  readonly onClose: () => void;
}

/** Filled no further, if the client does not read; besides, there is at most one page. */
const HIGH_WATER_MARK_BYTES = 16 * 1024;
const RETRY_MS = 500;

/**
 * What one client is sent. It is pulled: events come from the feed's memory, or from the store if the client is further
 * behind, as fast as the client reads. Nothing of it stays behind when it is destroyed.
 */
export class UserStream extends Readable {
  private cursor: TailMark;
  /** Whether the store is known to have the event at the cursor. */
  private isVerified: boolean;
  private isCaughtUp = false;
  private isWanted = false;
  private isPumping = false;
  private hasMore = false;
  private isEnding = false;
  private unreadSince = 0;
  private readonly closing = new AbortController();

  constructor(private readonly options: UserStreamOptions) {
    super({ highWaterMark: HIGH_WATER_MARK_BYTES });
    this.cursor = options.resumeFrom ?? options.end;
    this.isVerified = options.resumeFrom === undefined;
    // The headers go out with the first bytes.
    this.comment();
  }

  override _read(): void {
    this.isWanted = true;
    this.wake();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.closing.abort();
    this.options.onClose();
    done(error);
  }

  /** There may be more to send. */
  wake(): void {
    this.hasMore = true;
    if (!this.isPumping) void this.pump();
  }

  /** A comment, unless the client does not read. */
  comment(): void {
    if (!this.isOver && (this.isWanted || this.readableLength === 0)) this.send(COMMENT_FRAME);
  }

  /** For how long the client has read nothing although there was something. */
  unreadMs(now: number): number {
    return this.isWanted || this.isOver ? 0 : now - this.unreadSince;
  }

  /** The client has to begin anew. */
  reset(): void {
    if (this.isOver) return;
    this.send(RESET_FRAME);
    this.end();
  }

  /** Ends the answer after what is under way. */
  end(): void {
    if (this.isOver) return;
    this.isEnding = true;
    this.push(null);
  }

  private get isOver(): boolean {
    return this.destroyed || this.isEnding;
  }

  private send(frame: Buffer): boolean {
    const isWanted = this.push(frame);
    if (!isWanted && this.isWanted) this.unreadSince = performance.now();
    this.isWanted = isWanted;
    return isWanted;
  }

  private async pump(): Promise<void> {
    this.isPumping = true;
    try {
      while (this.hasMore && this.isWanted && !this.isOver) {
        this.hasMore = false;
        await this.sendMore();
      }
    } catch (error) {
      this.destroy(error instanceof Error ? error : new Error(String(error)));
    } finally {
      this.isPumping = false;
    }
  }

  private async sendMore(): Promise<void> {
    const { feed, filter, end } = this.options;
    const events = this.isVerified ? feed.after(this.cursor) : undefined;
    if (!events) return this.sendFromStore();
    for (const event of events) {
      this.cursor = event.mark;
      if (matches(filter, event) && !this.send(event.frame)) {
        this.hasMore = true;
        return;
      }
    }
    // What the filter, or another aggregate, left out.
    if (feed.end && comparePositions(feed.end, this.cursor) > 0) this.cursor = feed.end;
    if (this.isCaughtUp || comparePositions(this.cursor, end) < 0) return;
    this.isCaughtUp = true;
    this.send(caughtUpFrame(this.cursor));
  }

  private async sendFromStore(): Promise<void> {
    this.hasMore = true;
    const page = await this.readOn();
    if (this.isOver) return;
    if (page && !page.isKnown) return this.reset();
    if (!page || (page.end === this.cursor && this.isVerified)) {
      await delay(RETRY_MS, undefined, { signal: this.closing.signal }).catch(() => undefined);
      return;
    }
    this.isVerified = true;
    this.cursor = page.end;
    for (const { frame } of page.events) this.send(frame);
  }

  /** Undefined while the store is away. */
  private async readOn(): Promise<StreamPage | undefined> {
    try {
      return await this.options.read(this.cursor, { filter: this.options.filter });
    } catch (error) {
      if (isTransient(error) || this.isOver) return undefined;
      throw error;
    }
  }
}

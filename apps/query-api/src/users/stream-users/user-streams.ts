import type { TailMark } from '@eventfleet/event-store';
import { finishesWithin } from '@eventfleet/resilience';
import type { OnModuleDestroy } from '@nestjs/common';
import type { StoredEvents } from '../../event-store/stored-events.js';
import { queryError } from '../../query-api.problems.js';
import { Turnstile } from './turnstile.js';
import type { StreamFilter } from './stream-event.js';
import { StreamSource } from './stream-source.js';
import { streamClients, streamsCutOff } from './stream.metrics.js';
import { TailFeed } from './tail-feed.js';
import { UserStream } from './user-stream.js';

export interface UserStreamsLimits {
  readonly maxClients: number;
  readonly commentEveryMs: number;
  /** A client that reads nothing for so long, although there is something, is cut off. */
  readonly unreadMs: number;
}

const LIMITS: UserStreamsLimits = { maxClients: 2_500, commentEveryMs: 15_000, unreadMs: 20_000 };
const LOOK_EVERY_MS = 500;
/** Pages that are read for clients at a time: connections are left for the feed and for other queries. */
const MAX_READS = 3;
/** For streams to end in order when the app stops. */
const STOP_MS = 1_000;

/** All clients of this process, and the feed that they share. */
export class UserStreams implements OnModuleDestroy {
  private readonly clients = new Map<UserStream, { readonly endsAt: number; commentedAt: number }>();
  private readonly source: StreamSource;
  private readonly feed: TailFeed;
  private readonly reads = new Turnstile(MAX_READS);
  private timer: NodeJS.Timeout | undefined;
  private isStopping = false;

  constructor(
    store: StoredEvents,
    private readonly limits: UserStreamsLimits = LIMITS,
  ) {
    this.source = new StreamSource(store);
    this.feed = new TailFeed(this.source, {
      onMore: () => {
        for (const client of this.clients.keys()) client.wake();
      },
      onLost: () => this.reset(),
    });
  }

  /** Clients that are connected. */
  get size(): number {
    return this.clients.size;
  }

  /**
   * The stream of a new client.
   * @param resumeFrom where it was; undefined if it begins now
   * @param end the end of the tail
   * @param endsAt when it ends at the latest, in milliseconds since 1970: its token is good for no longer
   * @throws ProblemError `overloaded` if there are too many clients, or the app stops
   */
  open(resumeFrom: TailMark | undefined, end: TailMark, filter: StreamFilter, endsAt = Infinity): UserStream {
    if (this.isStopping || this.clients.size >= this.limits.maxClients)
      throw queryError('overloaded', 'This process takes no more streams');
    this.feed.start(end);
    const stream: UserStream = new UserStream({
      feed: this.feed,
      read: (after, options) =>
        this.reads.pass(() => {
          if (stream.destroyed) throw new Error('the client has gone');
          return this.source.read(after, options);
        }),
      filter,
      resumeFrom,
      end,
      onClose: () => this.remove(stream),
    });
    this.clients.set(stream, { endsAt, commentedAt: performance.now() });
    streamClients.set(this.clients.size);
    this.timer ??= setInterval(() => this.look(), Math.min(LOOK_EVERY_MS, this.limits.commentEveryMs));
    return stream;
  }

  /** Ends all streams. One whose client does not read is cut off. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    const clients = [...this.clients.keys()];
    const closed = clients.map((client) => new Promise<void>((resolve) => client.once('close', resolve)));
    for (const client of clients) client.end();
    await finishesWithin(Promise.all(closed), STOP_MS);
    for (const client of this.clients.keys()) client.destroy();
    await this.feed.stop();
  }

  private remove(stream: UserStream): void {
    if (!this.clients.delete(stream)) return;
    streamClients.set(this.clients.size);
    if (this.clients.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
    void this.feed.stop();
  }

  private reset(): void {
    for (const client of this.clients.keys()) client.reset();
    // The next client begins with the store that is there now.
    void this.feed.stop();
  }

  private look(): void {
    const now = performance.now();
    for (const [client, state] of this.clients) {
      if (client.unreadMs(now) >= this.limits.unreadMs) {
        streamsCutOff.inc();
        client.destroy(new Error('the client does not read'));
      } else if (Date.now() >= state.endsAt) {
        client.end();
      } else if (now - state.commentedAt >= this.limits.commentEveryMs) {
        state.commentedAt = now;
        client.comment();
      }
    }
  }
}

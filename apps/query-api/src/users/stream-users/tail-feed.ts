import { userEvents, type UserState } from '@eventfleet/contracts';
import type { PastState, TailMark } from '@eventfleet/event-store';
import { pollUntilStopped } from '@eventfleet/resilience';
import { LRUCache } from 'lru-cache';
import { EventRing } from './event-ring.js';
import type { StreamEvent } from './stream-event.js';
import type { StreamSource } from './stream-source.js';

export interface TailListener {
  /** There is more behind `end`. */
  onMore(): void;
  /** The store is another one than before, or has lost events: what was sent means nothing any more. */
  onLost(): void;
}

const RING = { maxEvents: 4_096, maxBytes: 8 * 1024 * 1024 };
const EVENTS_A_TURN = 256;
const CACHED_USERS = 2_000;
const PAUSE_MS = 50;
const MAX_PAUSE_MS = 2_000;

/** Follows the tail for all clients of this process: one query a turn, however many they are; none while there is none. */
export class TailFeed {
  private ring: EventRing | undefined;
  private loop: { stop(): Promise<void> } | undefined;

  constructor(
    private readonly source: StreamSource,
    private readonly listener: TailListener,
  ) {}

  /** Follows the tail from here on, unless it does already. */
  start(begin: TailMark): void {
    if (this.ring) return;
    const ring = new EventRing(begin, RING);
    const users = new LRUCache<string, PastState<UserState>>({ max: CACHED_USERS });
    this.ring = ring;
    this.loop = pollUntilStopped(() => this.turn(ring, users), {
      // While the store is away, clients wait. Others report that.
      onError: (_, failures) => ({ pauseMs: Math.min(PAUSE_MS * 2 ** Math.min(failures, 9), MAX_PAUSE_MS) }),
    });
  }

  async stop(): Promise<void> {
    this.ring = undefined;
    await this.loop?.stop();
  }

  /** The events behind a mark; undefined if they are not all in memory. */
  after(mark: TailMark): readonly StreamEvent[] | undefined {
    return this.ring?.after(mark);
  }

  /** Up to here it has come. */
  get end(): TailMark | undefined {
    return this.ring?.end;
  }

  private async turn(
    ring: EventRing,
    users: LRUCache<string, PastState<UserState>>,
  ): Promise<{ pauseMs: number }> {
    const page = await this.source.read(ring.end, { limit: EVENTS_A_TURN, users });
    if (ring !== this.ring) return { pauseMs: 0 };
    if (!page.isKnown) {
      this.listener.onLost();
      return { pauseMs: PAUSE_MS };
    }
    if (page.end !== ring.end) {
      ring.push(page.events, page.end);
      // What was read of such a user before must not be sent again.
      if (page.events.some(({ type }) => type === userEvents.erasedBy)) ring.clear();
      this.listener.onMore();
    }
    return { pauseMs: page.events.length < EVENTS_A_TURN ? PAUSE_MS : 0 };
  }
}

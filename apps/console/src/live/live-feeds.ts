import { EVENT_STREAM_HEADERS, HttpResponse } from '@eventfleet/http';
import { pollUntilStopped } from '@eventfleet/resilience';
import { HttpStatus, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { consoleError } from '../console.problems.js';
import { liveFrame, LiveStream } from './live-stream.js';

/** What a feed shows, and how often it is looked at. */
export interface LiveView {
  /** Clients of views with one name share a feed. */
  readonly name: string;
  readonly everyMs: number;
  /** Its state; it is sent if it is not what it was. */
  readonly load: () => Promise<unknown>;
}

const MAX_CLIENTS = 100;
/** A client that takes nothing for so long, although there is something, is cut off. */
const UNREAD_MS = 60_000;
/** Sent again after so long, so that both ends notice a connection that broke. */
const REPEAT_MS = 10_000;
const LONGEST_PAUSE_MS = 5_000;

interface Feed {
  readonly clients: Set<LiveStream>;
  readonly loop: { stop(): Promise<void> };
  /** The last state. */
  frame: Buffer | undefined;
}

/** Live views for browsers. A view is looked at while somebody has it open, however many they are. */
export class LiveFeeds implements OnModuleDestroy {
  private readonly feeds = new Map<string, Feed>();
  private isStopping = false;

  /** Clients that are connected. */
  get size(): number {
    return [...this.feeds.values()].reduce((sum, { clients }) => sum + clients.size, 0);
  }

  /**
   * Answers a request with the view, live: `event: state`, or `event: unavailable` while it cannot be loaded.
   * It ends when the right of whoever asks does. HEAD is answered without a body.
   * @throws ProblemError `overloaded` if there are too many clients, or the app stops
   */
  open(view: LiveView, { method, caller }: Pick<FastifyRequest, 'method' | 'caller'>): HttpResponse {
    if (method === 'HEAD') return new HttpResponse(HttpStatus.OK, EVENT_STREAM_HEADERS);
    if (this.isStopping || this.size >= MAX_CLIENTS)
      throw consoleError('overloaded', 'This process takes no more live views');
    const feed = this.feedOf(view);
    const stream: LiveStream = new LiveStream(() => this.remove(view.name, stream), caller?.expiresAt);
    feed.clients.add(stream);
    if (feed.frame) stream.show(feed.frame);
    return new HttpResponse(HttpStatus.OK, EVENT_STREAM_HEADERS, stream);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    const feeds = [...this.feeds.values()];
    for (const { clients } of feeds) for (const client of clients) client.end();
    await Promise.all(feeds.map(({ loop }) => loop.stop()));
  }

  private feedOf(view: LiveView): Feed {
    const known = this.feeds.get(view.name);
    if (known) return known;
    const feed: Feed = { clients: new Set(), frame: undefined, loop: this.follow(view) };
    this.feeds.set(view.name, feed);
    return feed;
  }

  private follow({ name, everyMs, load }: LiveView): Feed['loop'] {
    let sent = '';
    let sentAt = 0;
    const show = (event: string, data: unknown) => {
      const frame = liveFrame(event, data);
      const now = performance.now();
      const text = frame.toString();
      if (text === sent && now - sentAt < REPEAT_MS) return;
      [sent, sentAt] = [text, now];
      this.showAll(name, frame, now);
    };
    return pollUntilStopped(
      async () => {
        show('state', await load());
        return { pauseMs: everyMs };
      },
      {
        onError(_, failures) {
          show('unavailable', {});
          return { pauseMs: Math.min(everyMs * 2 ** failures, LONGEST_PAUSE_MS) };
        },
      },
    );
  }

  private showAll(name: string, frame: Buffer, now: number): void {
    const feed = this.feeds.get(name);
    if (!feed) return;
    feed.frame = frame;
    for (const client of feed.clients) {
      if (client.unreadMs(now) > UNREAD_MS) client.destroy(new Error('the client does not read'));
      else client.show(frame);
    }
  }

  private remove(name: string, stream: LiveStream): void {
    const feed = this.feeds.get(name);
    feed?.clients.delete(stream);
    if (!feed || feed.clients.size > 0) return;
    this.feeds.delete(name);
    void feed.loop.stop();
  }
}

import { Readable } from 'node:stream';

/** A longer timer would end at once. The client comes back. */
const LONGEST_MS = 24 * 3_600_000;
/** Text that says nothing; the headers go out with it. */
const FIRST = Buffer.from(': live\n\n');

/**
 * Server-sent events of a state: a client that reads slowly misses states, and gets the newest one. So no more than two
 * of them are in memory. Nothing stays behind when it is destroyed, which Fastify does when the connection ends.
 */
export class LiveStream extends Readable {
  private newest: Buffer | undefined;
  private isWanted = false;
  private isEnding = false;
  private unreadSince = performance.now();

  private readonly expiry: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param onClose called once, however it ends
   * @param expiresAt when it ends by itself, in milliseconds since 1970
   */
  constructor(
    private readonly onClose: () => void,
    expiresAt?: number,
  ) {
    super({ highWaterMark: 1 });
    this.push(FIRST);
    if (expiresAt === undefined) return;
    this.expiry = setTimeout(() => this.end(), Math.min(expiresAt - Date.now(), LONGEST_MS)).unref();
  }

  show(frame: Buffer): void {
    this.newest = frame;
    this.flush();
  }

  /** Ends the answer. */
  end(): void {
    if (this.isEnding || this.destroyed) return;
    this.isEnding = true;
    this.push(null);
  }

  /** For how long the client has taken nothing. */
  unreadMs(now: number): number {
    return this.isWanted ? 0 : now - this.unreadSince;
  }

  override _read(): void {
    this.isWanted = true;
    this.flush();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.expiry);
    this.onClose();
    done(error);
  }

  private flush(): void {
    if (!this.isWanted || !this.newest || this.isEnding || this.destroyed) return;
    const frame = this.newest;
    this.newest = undefined;
    this.isWanted = false;
    this.unreadSince = performance.now();
    this.push(frame);
  }
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function liveFrame(event: string, data: unknown): Buffer {
  return Buffer.from(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}

import type { Logger } from 'pino';
import type { InProcessEvent } from './in-process-event.js';
import { deliveriesDropped, listenerFailures } from './in-process-events.metrics.js';

export interface ListenerOptions {
  /** Class and method: for metrics and the log. */
  readonly name: string;
  readonly priority: number;
  readonly call: (event: InProcessEvent) => unknown;
  readonly logger: Logger;
  /** An asynchronous call that takes longer has failed. */
  readonly timeoutMs: number;
  /** Asynchronous calls that have not ended, late ones included: an event beyond them is dropped. */
  readonly maxUnderWay: number;
}

type FailureReason = 'thrown' | 'timed-out';

const LOG_EVERY_MS = 1_000;

/** Isolates a listener: whatever it throws is counted and logged, and nobody waits for it. */
export class Listener {
  private readonly underWay = new Set<Promise<void>>();
  private lastLogged = -Infinity;
  private unlogged = 0;

  constructor(private readonly options: ListenerOptions) {}

  get priority(): number {
    return this.options.priority;
  }

  /** Calls it. Never throws, and comes back as soon as the synchronous part of it does. */
  deliver(event: InProcessEvent): void {
    const { name, call, maxUnderWay } = this.options;
    if (this.underWay.size >= maxUnderWay) {
      deliveriesDropped.inc({ listener: name });
      return;
    }
    try {
      const result = call(event);
      if (isPromise(result)) this.follow(result, event.type);
    } catch (error) {
      this.failed('thrown', event.type, error);
    }
  }

  /** Resolves when nothing is under way any more. */
  async drained(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private follow(result: PromiseLike<unknown>, type: string): void {
    const timer = setTimeout(() => this.failed('timed-out', type), this.options.timeoutMs);
    const ended = this.outcome(result, type).finally(() => {
      clearTimeout(timer);
      this.underWay.delete(ended);
    });
    this.underWay.add(ended);
  }

  private async outcome(result: PromiseLike<unknown>, type: string): Promise<void> {
    try {
      await result;
    } catch (error) {
      this.failed('thrown', type, error);
    }
  }

  /** A line a second at most. What a listener throws may quote the event, so only the kind of error is logged. */
  private failed(reason: FailureReason, type: string, error?: unknown): void {
    const { name: listener, logger } = this.options;
    listenerFailures.inc({ listener, reason });
    const now = performance.now();
    if (now - this.lastLogged < LOG_EVERY_MS) {
      this.unlogged++;
      return;
    }
    const kind = error instanceof Error ? error.name : typeof error;
    const more = { ...(error === undefined ? {} : { error: kind }), unlogged: this.unlogged };
    logger.error(
      { listener, reason, event: type, ...more },
      'a listener in this process failed; the command is not affected',
    );
    [this.lastLogged, this.unlogged] = [now, 0];
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

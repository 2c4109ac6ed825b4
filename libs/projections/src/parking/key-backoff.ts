import type { ParkedKey } from './process-parked-chunk.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

interface Backoff {
  readonly until: number;
  readonly pauseMs: number;
  /** How often the chunk was halved. */
  readonly halvings: number;
}

/** Pauses each key whose parked events could not be processed: the pause doubles after every failure in a row. */
export class KeyBackoff {
  private readonly backoffs = new Map<string, Backoff>();

  isPaused(key: ParkedKey): boolean {
    return performance.now() < (this.backoffs.get(nameOf(key))?.until ?? 0);
  }

  /** How many events to process at once: half as many after each time that they took too long. */
  chunkSize(key: ParkedKey, usual: number): number {
    return Math.max(1, Math.floor(usual / 2 ** (this.backoffs.get(nameOf(key))?.halvings ?? 0)));
  }

  /** Returns the pause in milliseconds. */
  recordFailure(key: ParkedKey, isTooLong: boolean): number {
    const earlier = this.backoffs.get(nameOf(key));
    const pauseMs = Math.min(LONGEST_PAUSE_MS, earlier ? earlier.pauseMs * 2 : FIRST_PAUSE_MS);
    const halvings = (earlier?.halvings ?? 0) + (isTooLong ? 1 : 0);
    this.backoffs.set(nameOf(key), { until: performance.now() + pauseMs, pauseMs, halvings });
    return pauseMs;
  }

  reset(key: ParkedKey): void {
    this.backoffs.delete(nameOf(key));
  }
}

function nameOf({ projection, key }: ParkedKey): string {
  return `${projection} ${key}`;
}

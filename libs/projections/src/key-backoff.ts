import type { ParkedKey } from './parked-chunk.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

interface Pause {
  readonly until: number;
  readonly pauseMs: number;
  readonly shrunk: number;
}

/** Keys that could not be worked off for now: each is left alone for a while, longer after every failure in a row. */
export class KeyBackoff {
  private readonly pauses = new Map<string, Pause>();

  isPaused(key: ParkedKey): boolean {
    return performance.now() < (this.pauses.get(nameOf(key))?.until ?? 0);
  }

  /** How many events to try at once: half as many after each time that they took too long. */
  portion(key: ParkedKey, usual: number): number {
    return Math.max(1, Math.floor(usual / 2 ** (this.pauses.get(nameOf(key))?.shrunk ?? 0)));
  }

  /** Returns the pause in milliseconds. */
  failed(key: ParkedKey, isTooLong: boolean): number {
    const earlier = this.pauses.get(nameOf(key));
    const pauseMs = Math.min(LONGEST_PAUSE_MS, earlier ? earlier.pauseMs * 2 : FIRST_PAUSE_MS);
    const shrunk = (earlier?.shrunk ?? 0) + (isTooLong ? 1 : 0);
    this.pauses.set(nameOf(key), { until: performance.now() + pauseMs, pauseMs, shrunk });
    return pauseMs;
  }

  forget(key: ParkedKey): void {
    this.pauses.delete(nameOf(key));
  }
}

function nameOf({ projection, key }: ParkedKey): string {
  return `${projection} ${key}`;
}

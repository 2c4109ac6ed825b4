export interface Pause {
  readonly what: string;
  readonly ms: number;
  /** Milliseconds from the start of the load to the pause's end. */
  readonly endedAt: number;
}

/** The longest time for which something that had work to do did not get on. Pure: the clock is an argument. */
export class PauseMeter {
  longest: Pause = { what: '', ms: 0, endedAt: 0 };
  readonly #progressAt = new Map<string, number>();

  /** @param now milliseconds from the start of the load */
  progressed(what: string, now: number): void {
    this.#measure(what, now);
    this.#progressAt.set(what, now);
  }

  /** It has work to do, and did not get on since it was last seen to. */
  waits(what: string, now: number): void {
    if (this.#progressAt.has(what)) this.#measure(what, now);
    else this.#progressAt.set(what, now);
  }

  /** It has nothing to do: whatever comes next is counted from now. */
  idles(what: string, now: number): void {
    this.#progressAt.set(what, now);
  }

  #measure(what: string, now: number): void {
    const ms = Math.round(now - (this.#progressAt.get(what) ?? now));
    if (ms > this.longest.ms) this.longest = { what, ms, endedAt: Math.round(now) };
  }
}

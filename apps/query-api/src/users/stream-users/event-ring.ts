import { comparePositions, type TailMark } from '@eventfleet/event-store';
import type { StreamEvent } from './stream-event.js';

export interface RingLimits {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

/** The newest events of the tail, without a gap, in bounded memory: what goes beyond the limits leaves at the old end. */
export class EventRing {
  private events: StreamEvent[] = [];
  private bytes = 0;
  /** Every event of the tail behind it, up to `end`, is here. */
  private start: TailMark;
  private last: TailMark;

  constructor(
    begin: TailMark,
    private readonly limits: RingLimits,
  ) {
    this.start = begin;
    this.last = begin;
  }

  /** Up to here it has seen the tail. */
  get end(): TailMark {
    return this.last;
  }

  /** Adds what follows in the tail up to `end`. */
  push(events: readonly StreamEvent[], end: TailMark): void {
    this.events.push(...events);
    this.last = end;
    for (const { frame } of events) this.bytes += frame.length;
    const { maxEvents, maxBytes } = this.limits;
    let left = 0;
    while (this.events.length - left > maxEvents || this.bytes > maxBytes)
      this.bytes -= this.events[left++]!.frame.length;
    if (left === 0) return;
    this.start = this.events[left - 1]!.mark;
    this.events = this.events.slice(left);
  }

  /** Forgets the events: who has not read them yet reads the store. */
  clear(): void {
    this.start = this.last;
    this.events = [];
    this.bytes = 0;
  }

  /** The events behind a mark; undefined if they are not all here any more. */
  after(mark: TailMark): readonly StreamEvent[] | undefined {
    if (comparePositions(mark, this.start) < 0) return undefined;
    return this.events.slice(this.indexBehind(mark));
  }

  private indexBehind(mark: TailMark): number {
    let [low, high] = [0, this.events.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePositions(this.events[middle]!.mark, mark) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

import { setTimeout as delay } from 'node:timers/promises';

/** Counts something that only grows. */
export interface Meter extends AsyncDisposable {
  count(): Promise<number>;
}

interface Reading {
  readonly at: number;
  readonly count: number;
}

const PAUSE_MS = 20;
const STALLED_MS = 180_000;

/**
 * How fast the count grows, a second, from where it stands now: over `events` more, of which the first `warmUp` are
 * not counted.
 * @throws Error if it does not grow for three minutes
 */
export async function rateOf(meter: Meter, base: number, warmUp: number, events: number): Promise<number> {
  const begin = await untilCount(meter, base + warmUp);
  const end = await untilCount(meter, base + events);
  return perSecond(begin, end);
}

/** How fast the count grows, a second, over a time that begins `warmUpMs` after it has begun to grow. */
export async function rateOver(meter: Meter, warmUpMs: number, measureMs: number): Promise<number> {
  await untilCount(meter, (await meter.count()) + 1);
  await delay(warmUpMs);
  const begin = { count: await meter.count(), at: performance.now() };
  await delay(measureMs);
  const end = { count: await meter.count(), at: performance.now() };
  return perSecond(begin, end);
}

/** @throws Error if it does not grow for three minutes */
export async function untilCount(meter: Meter, wanted: number, pauseMs = PAUSE_MS): Promise<Reading> {
  let last: Reading = { count: Number.NEGATIVE_INFINITY, at: 0 };
  for (;;) {
    const count = await meter.count();
    const at = performance.now();
    if (count >= wanted) return { at, count };
    if (count > last.count) last = { count, at };
    if (at > last.at + STALLED_MS)
      throw new Error(`${count} of ${wanted}, and no more for ${STALLED_MS / 1_000} s`);
    await delay(pauseMs);
  }
}

function perSecond(begin: Reading, end: Reading): number {
  return ((end.count - begin.count) * 1_000) / (end.at - begin.at);
}

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
const DEADLINE_MS = 180_000;

/**
 * How fast the count grows, a second, from where it stands now: over `events` more, of which the first `warmUp` are
 * not counted.
 * @throws Error when it takes longer than three minutes
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

/** @throws Error when it takes longer than three minutes */
export async function untilCount(meter: Meter, wanted: number): Promise<Reading> {
  const deadline = performance.now() + DEADLINE_MS;
  for (;;) {
    const count = await meter.count();
    const at = performance.now();
    if (count >= wanted) return { at, count };
    if (at > deadline) throw new Error(`${count} of ${wanted} after ${DEADLINE_MS / 1_000} s`);
    await delay(PAUSE_MS);
  }
}

function perSecond(begin: Reading, end: Reading): number {
  return ((end.count - begin.count) * 1_000) / (end.at - begin.at);
}

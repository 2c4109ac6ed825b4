import { setTimeout as delay } from 'node:timers/promises';

/**
 * Calls at a steady rate, however long the answers take.
 * @returns milliseconds of each call
 */
export async function openLoop(
  perSecond: number,
  durationMs: number,
  call: () => Promise<unknown>,
): Promise<number[]> {
  const begin = performance.now();
  const gapMs = 1_000 / perSecond;
  const calls: Promise<number>[] = [];
  for (let due = begin; due < begin + durationMs; due += gapMs) {
    // A part of the gap by chance: a steady beat could meet every poll at the same moment.
    const wait = due + Math.random() * gapMs * 0.5 - performance.now();
    if (wait > 0) await delay(wait);
    calls.push(timed(call));
  }
  return Promise.all(calls);
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await call();
  return performance.now() - begin;
}

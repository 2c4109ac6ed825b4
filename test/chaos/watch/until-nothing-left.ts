import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 250;
const NAMED = 5;

/**
 * Asks again and again until nothing is left to do, or the deadline is over. An error counts as something left.
 * @returns what was left at the deadline, the first five; empty when nothing was
 */
export async function untilNothingLeft(find: () => Promise<string[]>, deadlineMs: number): Promise<string[]> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const left = await find().catch((error: Error) => [error.message]);
    if (left.length === 0 || performance.now() > deadline) return left.slice(0, NAMED);
    await delay(PAUSE_MS);
  }
}

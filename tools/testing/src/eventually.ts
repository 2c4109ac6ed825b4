import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  readonly deadlineMs?: number;
  /** Put into the error: what was waited for. */
  readonly describe?: string;
}

const DEADLINE_MS = 30_000;
const PAUSE_MS = 20;
/** After two seconds: a long wait leaves the machine to what is waited for. */
const LATER_PAUSE_MS = 100;
const SOON_MS = 2_000;

/**
 * Waits until `probe` neither throws nor returns false or undefined, and returns what it returned. So a probe is a
 * condition, or a value that appears; one made of assertions returns true at its end.
 * @throws Error with the probe's last error as its cause, when the deadline is over
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  options: EventuallyOptions = {},
): Promise<Exclude<T, false | undefined>> {
  const { deadlineMs = DEADLINE_MS, describe = 'it' } = options;
  const startedAt = Date.now();
  const deadline = startedAt + deadlineMs;
  for (;;) {
    const attempt = await attemptOnce(probe);
    if (attempt.happened) return attempt.value;
    if (Date.now() >= deadline) {
      const last = attempt.error instanceof Error ? `: ${attempt.error.message}` : '';
      throw new Error(`${describe} did not happen within ${deadlineMs} ms${last}`, { cause: attempt.error });
    }
    await delay(Date.now() - startedAt < SOON_MS ? PAUSE_MS : LATER_PAUSE_MS);
  }
}

type Attempt<T> =
  { happened: true; value: Exclude<T, false | undefined> } | { happened: false; error: unknown };

async function attemptOnce<T>(probe: () => T | Promise<T>): Promise<Attempt<T>> {
  try {
    const value = await probe();
    if (value === false || value === undefined) return { happened: false, error: undefined };
    return { happened: true, value: value as Exclude<T, false | undefined> };
  } catch (error) {
    return { happened: false, error };
  }
}

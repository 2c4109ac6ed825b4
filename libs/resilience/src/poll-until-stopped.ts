import { setTimeout as delay } from 'node:timers/promises';

/** How a turn ended. */
export interface TurnResult {
  /** How long to wait before the next turn, in milliseconds; 0 for no pause. */
  readonly pauseMs: number;
}

export interface PollOptions {
  /**
   * Called with what a turn threw, and with the number of turns in a row that have failed: reports it, and says how
   * long to wait. Must not throw.
   */
  readonly onError: (error: unknown, failures: number) => TurnResult;
}

/**
 * Runs turn after turn until it is stopped, never two at once. The first one begins at once. A turn that fails does
 * not end the loop.
 * @param turn its signal aborts when the loop is to stop, so that it may end early
 * @returns `stop`, which wakes a pause and resolves when the turn under way has ended; no further one begins. It may be
 *   called any number of times, but a turn must not wait for it.
 */
export function pollUntilStopped(
  turn: (signal: AbortSignal) => Promise<TurnResult>,
  { onError }: PollOptions,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const running = poll(turn, onError, stopping.signal);
  return {
    stop: () => {
      stopping.abort();
      return running;
    },
  };
}

async function poll(
  turn: (signal: AbortSignal) => Promise<TurnResult>,
  onError: PollOptions['onError'],
  signal: AbortSignal,
): Promise<void> {
  let failures = 0;
  while (!signal.aborted) {
    let result: TurnResult;
    try {
      result = await turn(signal);
      failures = 0;
    } catch (error) {
      result = onError(error, ++failures);
    }
    // Even a pause of 0 gives way to timers and I/O: turns that wait for nothing would block the process.
    await delay(result.pauseMs, undefined, { signal }).catch(() => undefined);
  }
}

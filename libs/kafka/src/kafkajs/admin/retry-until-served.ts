import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 50;
const DEADLINE_MS = 30_000;

/** What brokers answer that have not heard of a topic yet, or while its leaders or a group's coordinator are being chosen. */
const NOT_YET = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_LOAD_IN_PROGRESS',
]);

/**
 * Asks again and again until a topic that was just made is served, or a group has its coordinator: the brokers hear of it
 * later than the controller that made it.
 * @throws what `ask` throws, at once when waiting cannot help, else when the deadline is over
 */
export async function retryUntilServed<T>(ask: () => Promise<T>, deadlineMs = DEADLINE_MS): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isNotYet(error) || Date.now() >= deadline) throw error;
    }
    await delay(PAUSE_MS);
  }
}

/** Also where kafkajs has given up on it after attempts of its own. */
function isNotYet(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('type' in error && NOT_YET.has(String(error.type))) || isNotYet(error.cause);
}

import { failpoint } from '@eventfleet/resilience';

/** Sends one batch after the other, each once the broker has acknowledged the one before. */
export async function sendInOrder<T>(
  batches: readonly T[],
  send: (batch: T) => Promise<unknown>,
): Promise<void> {
  for (const [index, batch] of batches.entries()) {
    if (index > 0) failpoint('between two sends');
    await send(batch);
  }
}

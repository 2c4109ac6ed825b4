import type { TailEvent } from '@eventfleet/event-store';

/**
 * Splits events into rounds of which none holds two of one aggregate: the first round has the first of each, and so on.
 * If each round waits for the one before, no event overtakes an earlier one of its aggregate that the broker refuses.
 */
export function splitIntoRounds(events: readonly TailEvent[]): TailEvent[][] {
  const rounds: TailEvent[][] = [];
  const nextRounds = new Map<string, number>();
  for (const tailEvent of events) {
    const { aggregateType, aggregateId } = tailEvent.event;
    const key = `${aggregateType}/${aggregateId}`;
    const round = nextRounds.get(key) ?? 0;
    nextRounds.set(key, round + 1);
    (rounds[round] ??= []).push(tailEvent);
  }
  return rounds;
}

import type { TailEvent } from '@eventfleet/event-store';

/**
 * Cuts events into waves, of which none holds two of one aggregate: the first wave has the first of each, and so on.
 * Where each wave waits for the one before, nothing that a broker refuses can be overtaken by what follows it.
 */
export function splitIntoRounds(events: readonly TailEvent[]): TailEvent[][] {
  const waves: TailEvent[][] = [];
  const seen = new Map<string, number>();
  for (const tailEvent of events) {
    const { aggregateType, aggregateId } = tailEvent.event;
    const key = `${aggregateType}/${aggregateId}`;
    const wave = seen.get(key) ?? 0;
    seen.set(key, wave + 1);
    (waves[wave] ??= []).push(tailEvent);
  }
  return waves;
}

import type { Counters } from '../projection.js';

/** Values by the counter's name. */
export type CounterValues = ReadonlyMap<string, number>;

/** Aggregates that have added the same. */
export interface ContributionCount {
  readonly contribution: string;
  readonly count: number;
}

/** What contributions come to. */
export function sumContributions(
  { addedBy }: Pick<Counters, 'addedBy'>,
  contributions: Iterable<ContributionCount>,
): Map<string, number> {
  const sum = new Map<string, number>();
  for (const { contribution, count } of contributions) addTo(sum, addedBy(contribution), count);
  return sum;
}

/** Adds `times` the values to a sum. */
export function addTo(sum: Map<string, number>, values: CounterValues, times = 1): void {
  for (const [counter, value] of values) sum.set(counter, (sum.get(counter) ?? 0) + times * value);
}

/** What has to be added to the counters, so that they are as expected; a counter that is right is left out. */
export function missingFrom(shown: CounterValues, expected: CounterValues): Map<string, number> {
  const names = new Set([...shown.keys(), ...expected.keys()]);
  const missing = new Map<string, number>();
  for (const counter of names) {
    const difference = (expected.get(counter) ?? 0) - (shown.get(counter) ?? 0);
    if (difference !== 0) missing.set(counter, difference);
  }
  return missing;
}

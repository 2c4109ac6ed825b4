import { alternate } from './alternate.ts';
import type { Bench } from './bench.ts';
import { atLeast, type Comparison, type Unit } from './comparison.ts';

/** Of the speed with few events, what has to be left with many. */
const AT_LEAST = 0.85;

/** Something twice: of a fleet with few events, and of one with many. */
export interface TwoSizes<Sized> {
  readonly few: Sized;
  readonly many: Sized;
}

export interface GrowthMeasure<Sized, Result> {
  /** What the comparison is called. */
  readonly name: string;
  readonly rounds: number;
  readonly sizes: TwoSizes<Sized>;
  readonly measure: (sized: Sized) => Promise<Result>;
  readonly show: (result: Result) => string;
}

/** Measures the same with many and with few events in turn. @returns the results, one a round */
export function measureSizes<Sized, Result>(
  bench: Bench,
  { name, rounds, sizes, measure, show }: GrowthMeasure<Sized, Result>,
): Promise<TwoSizes<Result[]>> {
  bench.say(name);
  return alternate(
    bench,
    { rounds, show },
    { many: () => measure(sizes.many), few: () => measure(sizes.few) },
  );
}

/** @param events how many there are in the stores */
export function compareSizes(
  name: string,
  events: TwoSizes<number>,
  results: TwoSizes<readonly number[]>,
  unit: Unit = '/s',
): Comparison {
  return {
    name,
    ours: { label: `${events.many.toLocaleString('en')} events`, unit, values: results.many },
    beside: { label: `${events.few.toLocaleString('en')} events`, unit, values: results.few },
    targets: [atLeast(AT_LEAST)],
  };
}

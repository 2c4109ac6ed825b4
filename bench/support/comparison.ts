import { middle, type Middle } from './statistics.ts';

export type Unit = '/s' | 'ms' | 'MB';

/** One contestant's figures, one a round. */
export interface Series {
  readonly label: string;
  readonly unit: Unit;
  readonly values: readonly number[];
}

export interface Target {
  /** Of the ratio, or of our own figure. */
  readonly of: 'ratio' | 'ours';
  readonly is: 'at least' | 'at most';
  readonly value: number;
}

/** Two things that were measured in turn in the same run. */
export interface Comparison {
  readonly name: string;
  readonly ours: Series;
  readonly beside: Series;
  /** The ratio says how many times less ours is; without this, how many times as much. */
  readonly timesLess?: boolean;
  readonly targets: readonly Target[];
}

/** Ours by the other's, round by round; or the other's by ours. */
export function ratioOf({ ours, beside, timesLess }: Omit<Comparison, 'name' | 'targets'>): Middle {
  const ratios = ours.values.map((value, round) => value / (beside.values[round] ?? Number.NaN));
  return middle(timesLess ? ratios.map((ratio) => 1 / ratio) : ratios);
}

export function isMet(comparison: Comparison, { of, is, value }: Target): boolean {
  const { median } = of === 'ratio' ? ratioOf(comparison) : middle(comparison.ours.values);
  return is === 'at least' ? median >= value : median <= value;
}

export function atLeast(value: number, of: Target['of'] = 'ratio'): Target {
  return { of, is: 'at least', value };
}

export function atMost(value: number, of: Target['of'] = 'ratio'): Target {
  return { of, is: 'at most', value };
}

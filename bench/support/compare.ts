import { middle } from './statistics.ts';
import { ratioOf, type Comparison } from './comparison.ts';
import { figure } from './format.ts';
import { renderCells } from './markdown.ts';
import { noiseLevel } from './noise.ts';
import type { Results } from './results.ts';

export type Verdict = 'better' | 'worse' | 'no difference seen';

/** A line of the table, in both runs. */
export interface Change {
  readonly name: string;
  /** Of the ratio; of our own figure if the target is about that. */
  readonly of: 'ratio' | 'ours';
  readonly before: number;
  readonly after: number;
  readonly verdict: Verdict;
}

interface Range {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Compares what two runs have in common. A difference counts if the ranges of the rounds, each widened by the noise of
 * its run, have nothing in common.
 */
export function compareResults(before: Results, after: Results): Change[] {
  return after.comparisons.flatMap((comparison) => {
    const earlier = before.comparisons.find(({ name }) => name === comparison.name);
    return earlier ? [changeOf(earlier, comparison, levelOf(before), levelOf(after))] : [];
  });
}

/** As a Markdown table. */
export function renderChanges(changes: readonly Change[]): string {
  return renderCells([
    ['', 'of', 'before', 'after', 'after by before', ''],
    ...changes.map(({ name, of, before, after, verdict }) => [
      name,
      of,
      figure(before),
      figure(after),
      figure(after / before),
      verdict,
    ]),
  ]);
}

function changeOf(earlier: Comparison, later: Comparison, earlierLevel: number, laterLevel: number): Change {
  const of = later.targets.some((target) => target.of === 'ours') ? 'ours' : 'ratio';
  const before = widen(rangeOf(earlier, of), earlierLevel);
  const after = widen(rangeOf(later, of), laterLevel);
  const isMore = after.min > before.max;
  const isLess = after.max < before.min;
  const isBetter = isMoreBetter(later, of) ? isMore : isLess;
  const verdict = isBetter ? 'better' : isMore || isLess ? 'worse' : 'no difference seen';
  return { name: later.name, of, before: before.median, after: after.median, verdict };
}

function rangeOf(comparison: Comparison, of: Change['of']): Range {
  return of === 'ratio' ? ratioOf(comparison) : middle(comparison.ours.values);
}

function widen({ median, min, max }: Range, level: number): Range {
  return { median, min: min / (1 + level), max: max * (1 + level) };
}

/** Rates should grow; times and memory, and what is a ratio of them, should not. */
function isMoreBetter({ ours, timesLess }: Comparison, of: Change['of']): boolean {
  return ours.unit === '/s' || (of === 'ratio' && timesLess === true);
}

function levelOf({ noise }: Results): number {
  return noise ? noiseLevel(noise) : 0;
}

import { isMet, ratioOf, type Comparison, type Series, type Target } from './comparison.ts';
import { figure } from './format.ts';
import { renderCells } from './markdown.ts';
import { middle } from './statistics.ts';

const HEAD = ['', 'ours', 'beside', 'ratio (min to max)', 'target'];

/** The comparisons as a Markdown table: medians of the rounds, and the spread of the ratios. */
export function renderTable(comparisons: readonly Comparison[]): string {
  return renderCells([HEAD, ...comparisons.map(cellsOf)]);
}

function cellsOf(comparison: Comparison): string[] {
  const { name, ours, beside, targets } = comparison;
  const ratio = ratioOf(comparison);
  const less = comparison.timesLess ? ' times less' : '';
  const spread = `${figure(ratio.median)}${less} (${figure(ratio.min)} to ${figure(ratio.max)})`;
  const aims = targets.map((target) => `${describe(target, ours)} ${isMet(comparison, target) ? '✓' : '✗'}`);
  return [name, seriesCell(ours), seriesCell(beside), spread, aims.join(', ')];
}

function seriesCell({ label, unit, values }: Series): string {
  return `${label} ${withUnit(middle(values).median, unit)}`;
}

function describe({ of, is, value }: Target, { unit }: Series): string {
  const sign = is === 'at least' ? '≥' : '≤';
  return `${sign} ${of === 'ratio' ? value : withUnit(value, unit, String)}`;
}

function withUnit(value: number, unit: Series['unit'], show: (value: number) => string = figure): string {
  return unit === '/s' ? `${show(value)}/s` : `${show(value)} ${unit}`;
}

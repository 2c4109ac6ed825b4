import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderChart } from './chart.ts';
import { ratioOf, type Comparison } from './comparison.ts';
import type { Machine } from './machine.ts';

export const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));

export interface Results {
  readonly date: string;
  readonly machine: Machine;
  readonly comparisons: readonly Comparison[];
}

/**
 * Writes the figures as JSON and the ratios as a chart. Only a full run of every row is worth keeping: anything else
 * goes under the name `partial`, which is ignored by git.
 */
export async function writeResults(results: Results, isWhole: boolean): Promise<void> {
  const name = isWhole ? 'results' : 'partial';
  const comparisons = results.comparisons.map((comparison) => ({
    ...comparison,
    ratio: ratioOf(comparison),
  }));
  await mkdir(RESULTS, { recursive: true });
  await writeFile(join(RESULTS, `${name}.json`), `${JSON.stringify({ ...results, comparisons }, null, 2)}\n`);
  await writeFile(join(RESULTS, `${name}.svg`), renderChart(results.comparisons));
}

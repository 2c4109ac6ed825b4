import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ratioOf, type Comparison } from './comparison.ts';
import type { Machine } from './machine.ts';

export const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));

export interface Results {
  readonly date: string;
  readonly machine: Machine;
  readonly comparisons: readonly Comparison[];
}

/**
 * Writes figures and ratios as JSON. Only a full run of every row is kept: anything else goes under the name `partial`,
 * which git ignores.
 */
export async function writeResults(results: Results, isWhole: boolean): Promise<void> {
  const name = isWhole ? 'results' : 'partial';
  const comparisons = results.comparisons.map((comparison) => ({
    ...comparison,
    ratio: ratioOf(comparison),
  }));
  await mkdir(RESULTS, { recursive: true });
  await writeFile(join(RESULTS, `${name}.json`), `${JSON.stringify({ ...results, comparisons }, null, 2)}\n`);
}

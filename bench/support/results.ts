import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Comparison } from './comparison.ts';
import type { Machine } from './machine.ts';
import type { Noise } from './noise.ts';

export const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));

export interface Results {
  readonly date: string;
  readonly machine: Machine;
  /** Absent in a file of before it was measured. */
  readonly noise?: Noise;
  /** How long each row took, by name. Absent in a file of before it was kept. */
  readonly seconds?: Readonly<Record<string, number>>;
  readonly comparisons: readonly Comparison[];
}

/**
 * Writes the figures as JSON. A full run of every row is kept in `results.json`; anything else goes under the
 * name `partial`, which git ignores. @param baseline a file that it is written to as well
 */
export async function writeResults(results: Results, isWhole: boolean, baseline?: string): Promise<void> {
  const text = printResults(results);
  const file = join(RESULTS, `${isWhole ? 'results' : 'partial'}.json`);
  for (const place of baseline === undefined ? [file] : [file, baseline]) {
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text);
  }
}

/** As JSON, one comparison a line. */
export function printResults(results: Results): string {
  const lines = results.comparisons.map((comparison) => `    ${JSON.stringify(comparison)}`);
  const rest = JSON.stringify({ ...results, comparisons: [] }, null, 2);
  return `${rest.replace('"comparisons": []', () => `"comparisons": [\n${lines.join(',\n')}\n  ]`)}\n`;
}

/** @throws Error naming a file that cannot be read, or that no benchmark wrote */
export async function readResults(file: string): Promise<Results> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`${file} cannot be read`, { cause });
  });
  const results = parse(text);
  if (results === undefined) throw new Error(`${file} holds no results of npm run bench`);
  return results;
}

function parse(text: string): Results | undefined {
  try {
    const results = JSON.parse(text) as Partial<Results> | null;
    return Array.isArray(results?.comparisons) ? (results as Results) : undefined;
  } catch {
    return undefined;
  }
}

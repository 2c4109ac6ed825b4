import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareResults } from './compare.ts';
import { printResults, readResults, RESULTS } from './results.ts';

describe('results.json', () => {
  it('is read as it was written', async () => {
    const file = join(RESULTS, 'results.json');
    const results = await readResults(file);
    expect(printResults(results)).toBe(await readFile(file, 'utf8'));
    expect(compareResults(results, results)).toHaveLength(results.comparisons.length);
  });
});

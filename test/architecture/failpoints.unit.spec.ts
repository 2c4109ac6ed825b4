import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { FAILPOINTS } from '@eventfleet/resilience';

const ROOT = resolve(import.meta.dirname, '../..');

/** The name at every call of `failpoint` in what the apps are made of. */
async function usedNames(): Promise<string[]> {
  const names: string[] = [];
  for (const folder of ['apps', 'libs']) {
    const files = await readdir(join(ROOT, folder), { recursive: true });
    const sources = files.filter(
      (file) => /^[^/]+\/src\/.*\.ts$/.test(file) && !/[.](spec|fixture)[.]ts$/.test(file),
    );
    for (const file of sources) {
      const text = await readFile(join(ROOT, folder, file), 'utf8');
      names.push(...[...text.matchAll(/\bfailpoint\('([^']+)'\)/g)].map((match) => match[1] ?? ''));
    }
  }
  return names;
}

describe('the list of failpoints', () => {
  it('names each of them, and each stands in one place', async () => {
    expect((await usedNames()).toSorted()).toEqual(FAILPOINTS.toSorted());
  });
});

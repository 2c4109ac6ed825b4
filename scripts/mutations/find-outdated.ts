import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/root.mjs';
import type { Mutation } from './mutation.ts';
import { mutations } from './mutations.ts';

/** The mutations whose text or test is no longer in the sources, each with the reason. */
export async function findOutdated(): Promise<readonly string[]> {
  const reasons = await Promise.all(
    mutations.map(async (mutation) => {
      const reason = await reasonOf(mutation);
      return reason === undefined ? [] : [`the table is out of date, ${mutation.mechanism}: ${reason}`];
    }),
  );
  return reasons.flat();
}

async function reasonOf({ file, from, spec, test }: Mutation): Promise<string | undefined> {
  const source = await readFile(join(ROOT, file), 'utf8').catch(() => undefined);
  if (source === undefined) return `there is no ${file}`;
  const count = source.split(from).length - 1;
  if (count !== 1) return `found ${count} times in ${file}: ${from}`;
  const tests = await readFile(join(ROOT, spec), 'utf8').catch(() => undefined);
  if (tests === undefined) return `there is no ${spec}`;
  if (test !== undefined && !tests.includes(test)) return `no such test in ${spec}: ${test}`;
  return undefined;
}

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Mutation } from './mutation.ts';

export interface MutationRun {
  readonly dataDir: string;
  /** Parts of the names of the mechanisms to switch off; none: all. */
  readonly only: readonly string[];
}

/** @throws Error for an option that there is not */
export function readMutationRun(env: NodeJS.ProcessEnv, args: readonly string[]): MutationRun {
  const { values } = parseArgs({
    args: [...args],
    options: { only: { type: 'string', multiple: true, default: [] } },
  });
  return { dataDir: resolve(env['EVENTFLEET_DATA_DIR'] || '.eventfleet'), only: values.only };
}

export function isWanted({ only }: MutationRun, { mechanism }: Mutation): boolean {
  return only.length === 0 || only.some((part) => mechanism.toLowerCase().includes(part.toLowerCase()));
}

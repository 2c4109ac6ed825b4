import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ROOT } from '../bootstrap/root.mjs';
import type { Mutation } from './mutation.ts';

/** What Jest needs to run the specs from their sources. */
const COPIED = [
  'apps',
  'bench',
  'libs',
  'scripts',
  'tools',
  'test',
  'package.json',
  'jest.config.mjs',
  'tsconfig.base.json',
  'tsconfig.package.json',
];
const LEFT_OUT = ['dist', 'node_modules', '.eventfleet'];

/**
 * Makes a copy of this checkout's sources, as they are now, to be broken in its place. The packages of the workspace
 * are its own (Jest maps them to sources below its root), everything else that is installed is shared.
 */
export async function makeWorkingCopy(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const entry of COPIED) {
    await cp(join(ROOT, entry), join(folder, entry), {
      recursive: true,
      filter: (source) => !LEFT_OUT.includes(basename(source)) && !source.endsWith('.tsbuildinfo'),
    });
  }
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

/** Runs `work` while the mutation is in the copy. */
export async function whileMutated<T>(
  folder: string,
  { file, from, to }: Mutation,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(folder, file);
  const source = await readFile(path, 'utf8');
  await writeFile(path, source.split(from).join(to));
  try {
    return await work();
  } finally {
    await writeFile(path, source);
  }
}

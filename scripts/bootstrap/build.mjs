// @ts-check
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './root.mjs';
import { PROJECT_NODE } from './run-node.mjs';
import { runQuietly } from './quiet-command.mjs';

const COMPILER = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

const BUNDLER = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
const PAGE = join(ROOT, 'apps', 'console', 'web');
const BUILT_PAGE = join(ROOT, 'apps', 'console', 'dist', 'web', 'index.html');

/** Builds what is stale; the compiler knows. */
export async function buildAll() {
  await runQuietly('building', PROJECT_NODE, [COMPILER, '-b'], 2_000);
  if (await isPageStale())
    await runQuietly('building the page of the console', PROJECT_NODE, [BUNDLER, 'build', PAGE], 2_000);
}

/** Whether a source of the page, or a package that it may use, is newer than what was built of it. */
async function isPageStale() {
  const built = await changedAt(BUILT_PAGE);
  const files = await readdir(PAGE, { recursive: true });
  const sources = [join(ROOT, 'package-lock.json'), ...files.map((file) => join(PAGE, file))];
  const times = await Promise.all(sources.map(changedAt));
  return times.some((time) => time >= built);
}

/**
 * @param {string} file
 * @returns {Promise<number>} 0 if there is no such file
 */
async function changedAt(file) {
  return (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
}

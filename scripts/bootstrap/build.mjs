// @ts-check
import { join } from 'node:path';
import { ROOT } from './root.mjs';
import { PROJECT_NODE } from './run-node.mjs';
import { runQuietly } from './quiet-command.mjs';

const COMPILER = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** Builds what is stale; the compiler knows. */
export async function buildAll() {
  await runQuietly('building', PROJECT_NODE, [COMPILER, '-b'], 2_000);
}

// @ts-check
/** `npm run bench [-- <row> … | compare <file> …]`: the benchmark, from a plain checkout; `--help` lists all. */
import { join } from 'node:path';
import { bootstrap } from './bootstrap/bootstrap.mjs';
import { runQuietly } from './bootstrap/quiet-command.mjs';
import { ROOT } from './bootstrap/root.mjs';
import { PROJECT_NODE, runScript } from './bootstrap/run-node.mjs';

await bootstrap();
const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
await runQuietly('building the peers', PROJECT_NODE, [compiler, '-b', 'bench'], 2_000);
await runScript('bench/run.ts', process.argv.slice(2));

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/root.mjs';

const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
/** Suites share the servers and mostly wait for them; more workers only make each other late. */
const WORKERS = 2;

/** Runs Jest to its end, and writes its results as JSON. @returns its exit code */
export function runJest(
  args: readonly string[],
  resultsFile: string,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  const nodeOptions = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jestOptions = [`--maxWorkers=${WORKERS}`, '--json', `--outputFile=${resultsFile}`];
  const child = spawn(process.execPath, [...nodeOptions, JEST, ...jestOptions, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}

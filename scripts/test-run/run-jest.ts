import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendSignal } from '@eventfleet/embedded';
import { ROOT } from '../bootstrap/root.mjs';

const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
/** Suites share the servers and mostly wait for them; more workers only make each other late. */
const WORKERS = 2;

/**
 * Runs Jest to its end, and writes its results as JSON. When the signal aborts, Jest and its workers are killed.
 * @returns its exit code
 */
export function runJest(
  args: readonly string[],
  files: { readonly results: string; readonly pid: string },
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<number> {
  const nodeOptions = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jestOptions = [`--maxWorkers=${WORKERS}`, '--json', `--outputFile=${files.results}`];
  const child = spawn(process.execPath, [...nodeOptions, JEST, ...jestOptions, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  writeFileSync(files.pid, String(child.pid));
  const stop = () => child.pid !== undefined && sendSignal(-child.pid, 'SIGKILL');
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}

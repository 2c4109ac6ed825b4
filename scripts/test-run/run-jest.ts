import { spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sendSignal } from '@eventfleet/embedded';
import { ROOT } from '../bootstrap/root.mjs';

const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

export interface JestPlace {
  /** The folder whose Jest configuration holds; this checkout, unless it is said. */
  readonly root?: string;
  /** A file for what Jest says, which otherwise is seen at once. */
  readonly log?: string;
}

/**
 * Runs Jest to its end, and writes its results as JSON. When the signal aborts, Jest and its workers are killed.
 * @returns its exit code
 */
export function runJest(
  args: readonly string[],
  files: { readonly results: string; readonly pid: string },
  env: Readonly<Record<string, string>>,
  signal: AbortSignal,
  { root = ROOT, log }: JestPlace = {},
): Promise<number> {
  const nodeOptions = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const jestOptions = ['--json', `--outputFile=${files.results}`];
  const output = log === undefined ? undefined : openSync(log, 'w');
  const child = spawn(process.execPath, [...nodeOptions, JEST, ...jestOptions, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', output ?? 'inherit'],
    detached: true,
  });
  if (output !== undefined) closeSync(output);
  writeFileSync(files.pid, String(child.pid));
  const stop = () => child.pid !== undefined && sendSignal(-child.pid, 'SIGKILL');
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}

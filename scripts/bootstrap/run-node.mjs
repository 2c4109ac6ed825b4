// @ts-check
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

/** The Node that the project brings, whatever runs this. */
export const PROJECT_NODE = join(
  ROOT,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

const PARENT_CHECK_MS = 500;

/**
 * Runs a script of this checkout on the project's own Node in place of this process: it has the terminal, the signals
 * reach it, and its exit code becomes this one's. When npm, which started this process, is killed, it is asked to end.
 * @param {string} script relative to the checkout
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string>>} [defaults] environment variables, where they are not set
 * @returns {Promise<never>}
 */
export async function runScript(script, args, defaults = {}) {
  // The channel closes when this process is killed: that is how the script notices.
  const child = spawn(PROJECT_NODE, [join(ROOT, script), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...defaults, ...process.env },
  });
  child.channel?.unref();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  if (process.env['npm_lifecycle_event']) stopWithParent(() => child.kill('SIGTERM'));
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`cannot run ${PROJECT_NODE}: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
  process.exit(code);
}

/** @param {() => void} stop */
function stopWithParent(stop) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, PARENT_CHECK_MS);
  timer.unref();
}

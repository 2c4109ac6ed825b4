// @ts-check
import { spawn } from 'node:child_process';
import { ROOT } from './root.mjs';

/**
 * Runs a program in the checkout without showing what it writes, unless it fails. A line says what goes on when it
 * takes longer than `announceAfterMs`. Signals end it, and this process with it.
 * @param {string} what shown, such as "building"
 * @param {string} command
 * @param {readonly string[]} args
 * @param {number} announceAfterMs
 * @returns {Promise<void>} rejects with its output when it fails
 */
export async function runQuietly(what, command, args, announceAfterMs) {
  const started = Date.now();
  let announced = false;
  const timer = setTimeout(() => {
    announced = true;
    console.error(`${what} …`);
  }, announceAfterMs);
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  });
  /** @type {Buffer[]} */
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const stop = (/** @type {NodeJS.Signals} */ signal) => {
    child.kill(signal);
    child.once('close', () => process.exit(signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1));
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, stop);
  try {
    const failure = await new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) =>
        resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)),
      );
    });
    if (failure !== undefined) {
      throw new Error(`${what} failed (${failure})\n${Buffer.concat(output).toString('utf8').trim()}`);
    }
    if (announced) console.error(`${what}: done in ${Math.round((Date.now() - started) / 1000)} s`);
  } finally {
    clearTimeout(timer);
    for (const signal of signals) process.off(signal, stop);
  }
}

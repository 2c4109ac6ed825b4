// @ts-check
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './root.mjs';
import { PROJECT_NODE } from './run-node.mjs';
import { runQuietly } from './quiet-command.mjs';

/**
 * @typedef {{ version?: string, resolved?: string, link?: boolean, optional?: boolean }} Entry
 * @typedef {{ packages: Record<string, Entry> }} LockFile
 */

/** Installs what the lock file says, unless it is installed already. */
export async function installDependencies() {
  if (await isInstalled()) return;
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  await runQuietly('installing the dependencies (once, about a minute)', 'npm', args, 0);
}

/** npm writes down what it installed when it is done, in a hidden lock file. */
async function isInstalled() {
  try {
    await access(PROJECT_NODE);
    const wanted = await readLockFile(join(ROOT, 'package-lock.json'));
    const installed = await readLockFile(join(ROOT, 'node_modules', '.package-lock.json'));
    return Object.entries(wanted.packages).every(([path, entry]) => {
      if (!path.startsWith('node_modules/')) return true;
      const found = installed.packages[path];
      return found
        ? found.version === entry.version && found.resolved === entry.resolved
        : entry.optional === true;
    });
  } catch {
    return false;
  }
}

/**
 * @param {string} file
 * @returns {Promise<LockFile>}
 */
async function readLockFile(file) {
  return JSON.parse(await readFile(file, 'utf8'));
}

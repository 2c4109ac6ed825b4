import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { uniquePrefix } from '@eventfleet/testing';
import { tryLock } from '../bootstrap/lock.mjs';
import { killStrayProcesses } from './stray-processes.ts';

const OWNER_FILE = 'run.pid';
const OWNER = 'run.ts';

/** A folder for the data of this run alone. */
export async function makeRunFolder(dataDir: string): Promise<string> {
  const folder = join(dataDir, 'test-runs', uniquePrefix('run').slice(0, -1));
  await mkdir(folder, { recursive: true });
  tryLock(join(folder, OWNER_FILE), OWNER);
  return folder;
}

/** Removes the folders of runs that were killed, and what still runs of them. */
export async function removeAbandonedRuns(dataDir: string): Promise<void> {
  const runs = join(dataDir, 'test-runs');
  for (const name of await readdir(runs).catch(() => [])) {
    const folder = join(runs, name);
    const release = tryLock(join(folder, OWNER_FILE), OWNER);
    if (!release) continue;
    await killStrayProcesses(folder);
    release();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

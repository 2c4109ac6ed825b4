import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sendSignal } from '@eventfleet/embedded';
import { commandLineOf } from '../bootstrap/command-line.mjs';
import { ROOT } from '../bootstrap/root.mjs';

/** Kills what was started and not stopped, by the pid files in the folders of this folder. */
export async function killStrayProcesses(folder: string): Promise<void> {
  for (const entry of await readdir(folder).catch(() => [])) {
    const pid = Number(await readFile(join(folder, entry, 'pid'), 'utf8').catch(() => ''));
    if (pid && commandLineOf(pid).includes(ROOT)) sendSignal(-pid, 'SIGKILL');
  }
}

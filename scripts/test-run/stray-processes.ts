import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sendSignal } from '@eventfleet/embedded';
import { commandLineOf } from '../bootstrap/command-line.mjs';
import { ROOT } from '../bootstrap/root.mjs';

/** Who starts others is killed before them. */
const STARTERS = ['jest.pid', 'npm.pid', 'fleet.pid'];

/** Kills what was started and not stopped, by the pid files anywhere in this folder. */
export async function killStrayProcesses(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.endsWith('.pid'));
  const starters = files.filter((file) => STARTERS.includes(basename(file)));
  for (const file of [...starters, ...files]) {
    const pid = Number(await readFile(join(folder, file), 'utf8').catch(() => ''));
    if (!pid || pid === process.pid || !isOurs(commandLineOf(pid))) continue;
    sendSignal(pid, 'SIGKILL');
    sendSignal(-pid, 'SIGKILL');
  }
}

function isOurs(commandLine: string): boolean {
  return commandLine.includes(ROOT) || commandLine.startsWith('npm start');
}

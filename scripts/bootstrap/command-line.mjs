// @ts-check
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * What a process was started with, to tell whose it is. Empty when there is none, or only its exit code is left of it.
 * @param {number} pid
 */
export function commandLineOf(pid) {
  if (process.platform !== 'linux') {
    return (
      spawnSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? ''
    );
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

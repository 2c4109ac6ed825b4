import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

const NICENESS = 10;

/**
 * Lowers the priority of a process that was just started, so that the others on its machine run first, and runs at
 * full speed where they leave it room. Does nothing where the process has ended already.
 */
export function lowerPriority(pid: number): void {
  try {
    setPriority(pid, NICENESS);
    // Linux shares the processor out by session first: https://man7.org/linux/man-pages/man7/sched.7.html, autogroup.
    writeFileSync(`/proc/${pid}/autogroup`, String(NICENESS));
  } catch {
    // It has ended, which its owner notices otherwise, or this system does not share out so.
  }
}

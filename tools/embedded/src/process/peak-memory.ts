import { readFileSync } from 'node:fs';

/** The most memory (RSS) that a process ever had, in MB. 0 if the system does not say: Linux alone does. */
export function peakMemoryMb(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

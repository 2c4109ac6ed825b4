import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts a process's time in these; `getconf CLK_TCK` says 100 wherever Node runs. */
const TICKS_PER_SECOND = 100;

/** CPU time in milliseconds that a process and all below it have used so far, those that have ended included. */
export function cpuMs(pid: number): number {
  const children = new Map<number, number[]>();
  for (const child of allPids()) {
    const parent = Number(statOf(child)?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  const ticksOf = (process: number): number => {
    // Own time, user and system, and that of children that were waited for.
    const own = (statOf(process) ?? []).slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
    return (children.get(process) ?? []).reduce((sum, child) => sum + ticksOf(child), own);
  };
  return (ticksOf(pid) * 1_000) / TICKS_PER_SECOND;
}

/** Why processes cannot be measured here; undefined when they can. */
export function usageMissing(): string | undefined {
  return process.platform === 'linux' ? undefined : `CPU time and memory are read from Linux's /proc`;
}

/** The fields after the name, which may hold spaces; undefined for a process that is gone. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

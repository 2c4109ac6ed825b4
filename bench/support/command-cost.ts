import type { Bench } from './bench.ts';
import { figure, milliseconds } from './format.ts';
import type { HttpRequest } from './http-connection.ts';
import { httpLoad } from './http-load.ts';
import { cpuMs } from './process-usage.ts';
import { createUser } from './user-requests.ts';

const CONNECTIONS = 64;
/** Less is what one round differs from the next. */
const CHEAPER = 0.97;

/** Takes commands at a URL. */
export interface Rival {
  readonly url: string;
  /** Process ids by name. */
  readonly processes: Readonly<Record<string, number>>;
  readonly untilCaughtUp: () => Promise<void>;
}

/** Milliseconds of CPU time a command, by process. */
export type Shares = Readonly<Record<string, number>>;

/**
 * @returns measures what a rival's commands cost over all of its processes and servers, until they are in its rows; by
 *   default they make new users. Throws if none is accepted
 */
export function commandCosts({
  servers,
  scale,
}: Bench): (rival: Rival, next?: () => HttpRequest) => Promise<Shares> {
  const newUser = createUser();
  const load = { callers: CONNECTIONS, warmUpMs: 0, measureMs: scale.measureMs };
  return async ({ url, processes, untilCaughtUp }, next = newUser) => {
    const cpu = cpuSince({ ...processes, ...servers.processes });
    const { accepted } = await httpLoad(url, load, next);
    if (accepted === 0) throw new Error(`${url} has accepted no command`);
    await untilCaughtUp();
    return cpu(accepted);
  };
}

/** Measures until two rounds in a row are no cheaper than the best before: what is hot is compiled by then. */
export async function warmUp(measure: () => Promise<Shares>, longestMs: number): Promise<void> {
  const end = performance.now() + longestMs;
  let least = Number.POSITIVE_INFINITY;
  for (let same = 0; same < 2 && performance.now() < end;) {
    const cost = total(await measure());
    same = cost < least * CHEAPER ? 0 : same + 1;
    least = Math.min(least, cost);
  }
}

/** Load on a JVM that serves commands, however soon it seems to be steady. */
export async function warmUpJvm({ url, untilCaughtUp }: Rival, durationMs: number): Promise<void> {
  await httpLoad(url, { callers: CONNECTIONS, warmUpMs: 0, measureMs: durationMs }, createUser());
  await untilCaughtUp();
}

/** @returns gives what each process has used since, for each of so many commands */
export function cpuSince(processes: Readonly<Record<string, number>>): (commands: number) => Shares {
  const all = Object.entries(processes).map(([name, pid]) => ({ name, pid, before: cpuMs(pid) }));
  return (commands) =>
    Object.fromEntries(all.map(({ name, pid, before }) => [name, (cpuMs(pid) - before) / commands]));
}

export function total(shares: Shares): number {
  return Object.values(shares).reduce((sum, share) => sum + share, 0);
}

export function showShares(shares: Shares): string {
  const parts = Object.entries(shares).map(([name, share]) => `${name} ${figure(share)}`);
  return `${milliseconds(total(shares))} (${parts.join(', ')})`;
}

import { alternate } from './alternate.ts';
import type { Bench } from './bench.ts';
import type { LoadResult } from './closed-loop.ts';
import type { Comparison, Series } from './comparison.ts';
import { milliseconds, perSecond } from './format.ts';
import type { HttpRequest } from './http-connection.ts';
import { httpLoad } from './http-load.ts';
import type { RunningFleet } from './running-fleet.ts';
import type { RunningTutorial } from './running-tutorial.ts';

/** Both whole: from HTTP to rows. */
export interface Rivals {
  readonly fleet: RunningFleet;
  readonly tutorial: RunningTutorial;
}

export interface KeptUpResult extends LoadResult {
  /** Accepted commands by the time until all of their rows were there. */
  readonly withRowsPerSecond: number;
}

export interface Measured {
  readonly fleet: readonly KeptUpResult[];
  readonly tutorial: readonly KeptUpResult[];
}

/** Measures both in turn, each until its rows are there. */
export async function measureRivals(
  bench: Bench,
  name: string,
  { fleet, tutorial }: Rivals,
  connections: number,
  next: () => HttpRequest,
): Promise<Measured> {
  bench.say(`  ${name}`);
  return alternate(
    bench,
    { rounds: bench.scale.rounds, show: showKeptUp },
    {
      fleet: () => keepUp(() => loadHttp(bench, fleet.commandUrl, connections, next), fleet.untilCaughtUp),
      tutorial: () => keepUp(() => loadHttp(bench, tutorial.url, connections, next), tutorial.untilCaughtUp),
    },
  );
}

/** Counts the drain: a row that is not there yet is work that is left. */
async function keepUp(
  send: () => Promise<LoadResult>,
  untilCaughtUp: () => Promise<void>,
): Promise<KeptUpResult> {
  const begin = performance.now();
  const result = await send();
  await untilCaughtUp();
  return { ...result, withRowsPerSecond: (result.accepted * 1_000) / (performance.now() - begin) };
}

export function loadHttp(
  { scale }: Bench,
  url: string,
  callers: number,
  next: () => HttpRequest,
): Promise<LoadResult> {
  return httpLoad(url, { callers, warmUpMs: scale.warmUpMs, measureMs: scale.measureMs }, next);
}

export function showLoad({ perSecond: rate, p50, p99, refused }: LoadResult): string {
  const rejected = refused > 0 ? `, ${refused} refused` : '';
  return `${perSecond(rate)}, p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}${rejected}`;
}

function showKeptUp(result: KeptUpResult): string {
  return `${showLoad(result)}, ${perSecond(result.withRowsPerSecond)} with their rows`;
}

export function beside(
  name: string,
  { fleet, tutorial }: Measured,
  pick = (result: KeptUpResult) => result.perSecond,
): Omit<Comparison, 'targets'> {
  return {
    name,
    ours: series('fleet', '/s', fleet, pick),
    beside: series('tutorial', '/s', tutorial, pick),
  };
}

export function series<Result extends LoadResult>(
  label: string,
  unit: Series['unit'],
  results: readonly Result[],
  pick: (result: Result) => number,
): Series {
  return { label, unit, values: results.map(pick) };
}

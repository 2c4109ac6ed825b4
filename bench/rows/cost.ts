import { alternate } from '../support/alternate.ts';
import type { Bench } from '../support/bench.ts';
import { atMost, type Comparison, type Series } from '../support/comparison.ts';
import { Fleet } from '../support/fleet.ts';
import { measureBaselineCosts } from '../support/baseline-costs.ts';
import { figure, milliseconds } from '../support/format.ts';
import { httpLoad } from '../support/http-load.ts';
import { cpuMs, usageMissing } from '../support/process-usage.ts';
import { startFleet } from '../support/running-fleet.ts';
import { startTutorial } from '../support/running-tutorial.ts';
import { createUser } from '../support/user-requests.ts';
import type { BacklogRound } from '../million/backlog.ts';
import type { Row } from './row.ts';

const CONNECTIONS = 64;
const MEMORY_MB = 250;

export const cost: Row = {
  name: 'cost',
  measures: 'CPU time a command over all processes, until it is in the read models; memory under a backlog',

  async run(bench, million) {
    const missing = usageMissing();
    if (missing !== undefined) {
      bench.say(`cost: skipped, ${missing}`);
      return [];
    }
    const { ours: relay } = await million.published();
    const { ours: projector } = await million.projected();
    const [cpu, aboveBaselines] = await measureCpu(bench);
    return [
      cpu,
      aboveBaselines,
      memory('command-api, a backlog to relay', relay),
      memory('projector, a backlog to project', projector),
    ];
  },
};

interface Rival {
  readonly url: string;
  readonly processes: Readonly<Record<string, number>>;
  readonly untilCaughtUp: () => Promise<void>;
}

/** Milliseconds of CPU time a command, by process. */
type Shares = Readonly<Record<string, number>>;

async function measureCpu(bench: Bench): Promise<[Comparison, Comparison]> {
  const baselines = await measureBaselineCosts(bench);
  bench.say(`  baselines: ${showShares(baselines)}`);
  const { servers, scale } = bench;
  await using scope = new AsyncDisposableStack();
  const fleet = await startFleet(await Fleet.create(bench, 'cost'), scope);
  const tutorial = await startTutorial(bench, 'cost_tutorial', 0, scope);
  const next = createUser();
  const load = { callers: CONNECTIONS, warmUpMs: 0, measureMs: scale.measureMs };
  const measure = async ({ url, processes, untilCaughtUp }: Rival): Promise<Shares> => {
    const all = Object.entries({ ...processes, ...servers.processes });
    const before = all.map(([, pid]) => cpuMs(pid));
    const { accepted } = await httpLoad(url, load, next);
    await untilCaughtUp();
    return Object.fromEntries(
      all.map(([name, pid], index) => [name, (cpuMs(pid) - (before[index] ?? 0)) / accepted]),
    );
  };
  const rivals = { fleet: { ...fleet, url: fleet.commandUrl }, tutorial };
  for (const rival of Object.values(rivals)) await measure(rival);
  const results = await alternate(
    bench,
    { rounds: scale.rounds, show: showShares },
    { fleet: () => measure(rivals.fleet), tutorial: () => measure(rivals.tutorial) },
  );
  const ours: Series = { label: 'fleet', unit: 'ms', values: results.fleet.map(total) };
  const theirs: Series = { label: 'tutorial', unit: 'ms', values: results.tutorial.map(total) };
  const sum: Series = {
    label: 'its baselines added up',
    unit: 'ms',
    values: ours.values.map(() => total(baselines)),
  };
  return [
    { name: 'cost, CPU time a command', ours, beside: theirs, targets: [] },
    { name: 'cost, CPU time beside the baselines', ours, beside: sum, targets: [] },
  ];
}

function total(shares: Shares): number {
  return Object.values(shares).reduce((sum, share) => sum + share, 0);
}

function showShares(shares: Shares): string {
  const parts = Object.entries(shares).map(([name, share]) => `${name} ${figure(share)}`);
  return `${milliseconds(total(shares))} (${parts.join(', ')})`;
}

/** The peak of the round with the whole backlog before it, beside that of the last one: flat is a ratio of 1. */
function memory(name: string, rounds: readonly BacklogRound[]): Comparison {
  const peaks = rounds.map((round) => round.peakMb);
  return {
    name: `cost, ${name}`,
    ours: { label: 'peak RSS, all of it', unit: 'MB', values: peaks.slice(0, 1) },
    beside: { label: 'the last part', unit: 'MB', values: peaks.slice(-1) },
    targets: [atMost(MEMORY_MB, 'ours')],
  };
}

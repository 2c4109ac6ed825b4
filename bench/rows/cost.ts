import { alternate } from '../support/alternate.ts';
import type { Bench } from '../support/bench.ts';
import { atMost, type Comparison, type Series } from '../support/comparison.ts';
import { measureBaselineCosts } from '../support/baseline-costs.ts';
import { commandCosts, showShares, total } from '../support/command-cost.ts';
import { Fleet } from '../support/fleet.ts';
import { usageMissing } from '../support/process-usage.ts';
import { startFleet } from '../support/running-fleet.ts';
import { startTutorial } from '../support/running-tutorial.ts';
import type { BacklogRound } from '../million/backlog.ts';
import type { Row } from './row.ts';

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

async function measureCpu(bench: Bench): Promise<[Comparison, Comparison]> {
  const baselines = await measureBaselineCosts(bench);
  bench.say(`  baselines: ${showShares(baselines)}`);
  await using scope = new AsyncDisposableStack();
  const fleet = await startFleet(await Fleet.create(bench, 'cost'), scope);
  const tutorial = await startTutorial(bench, 'cost_tutorial', 0, scope);
  const measure = commandCosts(bench);
  const rivals = { fleet: { ...fleet, url: fleet.commandUrl }, tutorial };
  for (const rival of Object.values(rivals)) await measure(rival);
  const results = await alternate(
    bench,
    { rounds: bench.scale.rounds, show: showShares },
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

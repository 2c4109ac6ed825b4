import { alternate } from '../support/alternate.ts';
import type { Bench } from '../support/bench.ts';
import { atMost, type Series } from '../support/comparison.ts';
import { measureBaselineCosts } from '../support/baseline-costs.ts';
import { commandCosts, showShares, total, warmUp, type Shares } from '../support/command-cost.ts';
import { Fleet } from '../support/fleet.ts';
import { usageMissing } from '../support/process-usage.ts';
import { startFleet } from '../support/running-fleet.ts';
import type { Row } from './row.ts';

export const cost: Row = {
  name: 'cost',
  measures: 'CPU time a command over all processes, until it is in the read models, beside its bare parts',

  async run(bench) {
    const missing = usageMissing();
    if (missing !== undefined) {
      bench.say(`cost: skipped, ${missing}`);
      return [];
    }
    const ours: Series = { label: 'fleet', unit: 'ms', values: (await measureFleet(bench)).map(total) };
    const baselines = await measureBaselineCosts(bench);
    bench.say(`  baselines: ${showShares(baselines)}`);
    const sum: Series = {
      label: 'its baselines added up',
      unit: 'ms',
      values: ours.values.map(() => total(baselines)),
    };
    return [{ name: 'cost, CPU time beside the baselines', ours, beside: sum, targets: [atMost(1.5)] }];
  },
};

async function measureFleet(bench: Bench): Promise<readonly Shares[]> {
  await using scope = new AsyncDisposableStack();
  const fleet = await startFleet(await Fleet.create(bench, 'cost'), scope);
  const rival = { ...fleet, url: fleet.commandUrl };
  const measure = commandCosts(bench);
  const { rounds, longestWarmUpMs } = bench.scale;
  await warmUp(() => measure(rival), longestWarmUpMs);
  return (await alternate(bench, { rounds, show: showShares }, { fleet: () => measure(rival) })).fleet;
}

import { alternate } from '../support/alternate.ts';
import { atMost, type Series } from '../support/comparison.ts';
import { measureBaselineCosts } from '../support/baseline-costs.ts';
import { commandCosts, showShares, total } from '../support/command-cost.ts';
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
    const baselines = await measureBaselineCosts(bench);
    bench.say(`  baselines: ${showShares(baselines)}`);
    await using scope = new AsyncDisposableStack();
    const fleet = await startFleet(await Fleet.create(bench, 'cost'), scope);
    const measure = commandCosts(bench);
    const rival = { ...fleet, url: fleet.commandUrl };
    await measure(rival);
    const results = await alternate(
      bench,
      { rounds: bench.scale.rounds, show: showShares },
      { fleet: () => measure(rival) },
    );
    const ours: Series = { label: 'fleet', unit: 'ms', values: results.fleet.map(total) };
    const sum: Series = {
      label: 'its baselines added up',
      unit: 'ms',
      values: ours.values.map(() => total(baselines)),
    };
    return [{ name: 'cost, CPU time beside the baselines', ours, beside: sum, targets: [atMost(1.5)] }];
  },
};

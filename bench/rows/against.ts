import { alternate } from '../support/alternate.ts';
import { commandCosts, showShares, total } from '../support/command-cost.ts';
import { Fleet } from '../support/fleet.ts';
import { usageMissing } from '../support/process-usage.ts';
import { startFleet } from '../support/running-fleet.ts';
import type { Row } from './row.ts';

/** What a change costs is smaller than what one round differs from the next. */
const ROUNDS = 14;

export const against: Row = {
  name: 'against',
  measures: 'CPU time a command over all processes, beside another checkout (--against <folder>)',

  async run(bench) {
    const missing =
      usageMissing() ?? (bench.against === undefined ? '--against names no checkout' : undefined);
    if (missing !== undefined) {
      bench.say(`against: skipped, ${missing}`);
      return [];
    }
    await using scope = new AsyncDisposableStack();
    const ours = await startFleet(await Fleet.create(bench, 'against_ours'), scope);
    const other = await startFleet(
      await Fleet.create(bench, 'against_other', { root: bench.against }),
      scope,
    );
    const measure = commandCosts(bench);
    const rivals = {
      ours: () => measure({ ...ours, url: ours.commandUrl }),
      other: () => measure({ ...other, url: other.commandUrl }),
    };
    for (const warmUp of Object.values(rivals)) await warmUp();
    const rounds = bench.scale.name === 'quick' ? 1 : ROUNDS;
    const results = await alternate(bench, { rounds, show: showShares }, rivals);
    return [
      {
        name: 'against, CPU time a command',
        ours: { label: 'this checkout', unit: 'ms', values: results.ours.map(total) },
        beside: { label: 'the other one', unit: 'ms', values: results.other.map(total) },
        targets: [],
      },
    ];
  },
};

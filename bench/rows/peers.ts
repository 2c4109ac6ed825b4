import { alternate } from '../support/alternate.ts';
import type { Bench } from '../support/bench.ts';
import {
  commandCosts,
  showShares,
  total,
  warmUp,
  warmUpJvm,
  type Rival,
  type Shares,
} from '../support/command-cost.ts';
import { atLeast, type Comparison } from '../support/comparison.ts';
import { Fleet } from '../support/fleet.ts';
import { usageMissing } from '../support/process-usage.ts';
import { startAxon } from '../support/running-axon.ts';
import { startFleet } from '../support/running-fleet.ts';
import { startTutorial } from '../support/running-tutorial.ts';
import { startWatermill } from '../support/running-watermill.ts';
import type { Row } from './row.ts';

interface Peer {
  readonly name: string;
  /** Undefined if this machine cannot have it. */
  readonly start: (bench: Bench, name: string, scope: AsyncDisposableStack) => Promise<Rival | undefined>;
  readonly isJvm?: boolean;
  /** How many times less a command of ours should take. */
  readonly target: number;
}

const PEERS: readonly Peer[] = [
  { name: 'tutorial', start: (bench, name, scope) => startTutorial(bench, name, 0, scope), target: 9 },
  { name: 'Axon', start: startAxon, isJvm: true, target: 5 },
  { name: 'Watermill', start: startWatermill, target: 5 },
];

export const peers: Row = {
  name: 'peers',
  measures: 'CPU time a command over all processes, until its row is there: the tutorial, Axon, Watermill',

  async run(bench) {
    const missing = usageMissing();
    if (missing !== undefined) {
      bench.say(`peers: skipped, ${missing}`);
      return [];
    }
    await using scope = new AsyncDisposableStack();
    const fleet = await startFleet(await Fleet.create(bench, 'peers'), scope);
    const ours = { ...fleet, url: fleet.commandUrl };
    const measure = commandCosts(bench);
    await warmUp(() => measure(ours), bench.scale.longestWarmUpMs);
    const comparisons: Comparison[] = [];
    for (const peer of PEERS) comparisons.push(...(await measureBeside(bench, ours, peer)));
    return comparisons;
  },
};

/** One peer at a time: what it asks of the servers while it idles would count for the others. */
async function measureBeside(bench: Bench, ours: Rival, peer: Peer): Promise<Comparison[]> {
  const { name } = peer;
  await using scope = new AsyncDisposableStack();
  const rival = await peer.start(bench, `peers_${name.toLowerCase()}`, scope);
  if (rival === undefined) return [];
  const { longestWarmUpMs, jvmWarmUpMs } = bench.scale;
  const measure = commandCosts(bench);
  if (peer.isJvm) {
    bench.say(`  warming up the JVM for ${jvmWarmUpMs / 1_000} s`);
    await warmUpJvm(rival, jvmWarmUpMs);
  } else await warmUp(() => measure(rival), longestWarmUpMs);
  const results = await alternate(
    bench,
    { rounds: bench.scale.rounds, show: showShares },
    { fleet: () => measure(ours), [name]: () => measure(rival) },
  );
  const series = (label: string, shares: readonly Shares[] = []) =>
    ({ label, unit: 'ms', values: shares.map(total) }) as const;
  return [
    {
      name: `peers, CPU time a command, ${name}`,
      ours: series('fleet', results['fleet']),
      beside: series(name, results[name]),
      timesLess: true,
      targets: [atLeast(peer.target)],
    },
  ];
}

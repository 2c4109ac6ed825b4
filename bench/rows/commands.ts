import { alternate } from '../support/alternate.ts';
import type { Bench } from '../support/bench.ts';
import { atLeast, atMost, type Comparison } from '../support/comparison.ts';
import { Fleet } from '../support/fleet.ts';
import { beside, loadHttp, measureRivals, series, showLoad, type Rivals } from '../support/rivals.ts';
import { startBareHttp } from '../support/running-bare-http.ts';
import { startFleet } from '../support/running-fleet.ts';
import { startTutorial } from '../support/running-tutorial.ts';
import { createUser } from '../support/user-requests.ts';
import type { Row } from './row.ts';

const CONNECTIONS = [1, 64, 256];

export const commands: Row = {
  name: 'commands',
  measures: 'new users over HTTP, durable: the whole fleet beside the whole tutorial',

  async run(bench) {
    await using scope = new AsyncDisposableStack();
    const data = await Fleet.create(bench, 'commands');
    const fleet = await startFleet(data, scope);
    const tutorial = await startTutorial(bench, 'commands_tutorial', 0, scope);
    const { url: bareUrl } = await startBareHttp(data.readStoreUrl, scope);
    const comparisons: Comparison[] = [];
    for (const connections of CONNECTIONS) {
      comparisons.push(...(await measureCreate(bench, { fleet, tutorial }, bareUrl, connections)));
    }
    return comparisons;
  },
};

async function measureCreate(
  bench: Bench,
  rivals: Rivals,
  bareUrl: string,
  connections: number,
): Promise<Comparison[]> {
  const name = `create, ${connections} ${connections === 1 ? 'connection' : 'connections'}`;
  const measured = await measureRivals(bench, name, rivals, connections, createUser());
  const throughput: Comparison[] = [
    { ...beside(name, measured), targets: [] },
    {
      ...beside(`${name}, rows kept up with`, measured, (result) => result.withRowsPerSecond),
      targets: connections === 1 ? [] : [atLeast(8)],
    },
  ];
  if (connections !== 64) return throughput;

  const bare = await alternate(
    bench,
    { rounds: bench.scale.rounds, show: showLoad },
    {
      bare: () => loadHttp(bench, bareUrl, connections, createUser()),
    },
  );
  return [
    ...throughput,
    {
      name: 'create, p99 beside p50',
      ours: series('fleet p99', 'ms', measured.fleet, (result) => result.p99),
      beside: series('tutorial p50', 'ms', measured.tutorial, (result) => result.p50),
      targets: [atMost(0.7)],
    },
    {
      name: 'create, beside a bare POST',
      ours: series('fleet', '/s', measured.fleet, (result) => result.perSecond),
      beside: series('bare POST', '/s', bare.bare, (result) => result.perSecond),
      targets: [],
    },
  ];
}

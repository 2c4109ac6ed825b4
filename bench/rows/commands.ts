import { alternate } from '../support/alternate.ts';
import type { Bench } from '../support/bench.ts';
import type { LoadResult } from '../support/closed-loop.ts';
import { atLeast, atMost, type Comparison, type Series } from '../support/comparison.ts';
import { eventsFor } from '../support/events.ts';
import { Fleet } from '../support/fleet.ts';
import { milliseconds, perSecond } from '../support/format.ts';
import { startBareHttp } from '../support/running-bare-http.ts';
import { httpLoad } from '../support/http-load.ts';
import type { HttpRequest } from '../support/http-connection.ts';
import { startFleet, type RunningFleet } from '../support/running-fleet.ts';
import { startTutorial, type RunningTutorial } from '../support/running-tutorial.ts';
import { createUser, updateAnyOf, updateHot } from '../support/user-requests.ts';
import type { Row } from './row.ts';

const CREATE_CONNECTIONS = [1, 64, 256];
const UPDATE_CONNECTIONS = 64;
const HOT_USER_TARGET = 3_000;

interface Rivals {
  readonly fleet: RunningFleet;
  readonly tutorial: RunningTutorial;
  readonly bareUrl: string;
}

export const commands: Row = {
  name: 'commands',
  measures: 'commands over HTTP, durable: the whole fleet beside the whole tutorial',

  async run(bench) {
    await using scope = new AsyncDisposableStack();
    const { users } = bench.scale;
    const data = await Fleet.create(bench, 'commands');
    await data.seed(1, eventsFor(users));
    const fleet = await startFleet(data, scope);
    const tutorial = await startTutorial(bench, 'commands_tutorial', users, scope);
    const { url: bareUrl } = await startBareHttp(data.readStoreUrl, scope);
    await fleet.untilCaughtUp();

    const rivals = { fleet, tutorial, bareUrl };
    const comparisons: Comparison[] = [];
    for (const connections of CREATE_CONNECTIONS) {
      comparisons.push(...(await measureCreate(bench, rivals, connections)));
    }
    const anyUser = await measure(bench, 'update, any user', rivals, UPDATE_CONNECTIONS, updateAnyOf(users));
    comparisons.push({ ...beside('update, any of many users', anyUser), targets: [atLeast(8)] });
    const hotUser = await measure(bench, 'update, one hot user', rivals, UPDATE_CONNECTIONS, updateHot());
    comparisons.push({
      ...beside('update, one hot user', hotUser),
      targets: [atLeast(HOT_USER_TARGET, 'ours')],
    });
    return comparisons;
  },
};

interface Measured {
  readonly fleet: readonly LoadResult[];
  readonly tutorial: readonly LoadResult[];
}

async function measureCreate(bench: Bench, rivals: Rivals, connections: number): Promise<Comparison[]> {
  const name = `create, ${connections} ${connections === 1 ? 'connection' : 'connections'}`;
  const measured = await measure(bench, name, rivals, connections, createUser());
  const throughput = {
    ...beside(name, measured),
    targets: connections === 1 ? [] : [atLeast(8)],
  };
  if (connections !== 64) return [throughput];

  const bare = await alternate(
    bench,
    { rounds: bench.scale.rounds, show: showLoad },
    {
      bare: () => load(bench, rivals.bareUrl, connections, createUser()),
    },
  );
  return [
    throughput,
    {
      name: 'create, p99 beside p50',
      ours: series('fleet p99', 'ms', measured.fleet, (result) => result.p99),
      beside: series('tutorial p50', 'ms', measured.tutorial, (result) => result.p50),
      targets: [atMost(1)],
    },
    {
      name: 'create, beside a bare POST',
      ours: series('fleet', '/s', measured.fleet, (result) => result.perSecond),
      beside: series('bare POST', '/s', bare.bare, (result) => result.perSecond),
      targets: [],
    },
  ];
}

async function measure(
  bench: Bench,
  name: string,
  { fleet, tutorial }: Rivals,
  connections: number,
  next: () => HttpRequest,
): Promise<Measured> {
  bench.say(`commands: ${name}`);
  return alternate(
    bench,
    { rounds: bench.scale.rounds, show: showLoad },
    {
      fleet: async () => {
        const result = await load(bench, fleet.commandUrl, connections, next);
        await fleet.untilCaughtUp();
        return result;
      },
      tutorial: async () => {
        const result = await load(bench, tutorial.url, connections, next);
        await tutorial.untilCaughtUp();
        return result;
      },
    },
  );
}

function load({ scale }: Bench, url: string, callers: number, next: () => HttpRequest): Promise<LoadResult> {
  return httpLoad(url, { callers, warmUpMs: scale.warmUpMs, measureMs: scale.measureMs }, next);
}

function showLoad({ perSecond: rate, p50, p99, refused }: LoadResult): string {
  const rejected = refused > 0 ? `, ${refused} refused` : '';
  return `${perSecond(rate)}, p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}${rejected}`;
}

function beside(name: string, { fleet, tutorial }: Measured): Omit<Comparison, 'targets'> {
  return {
    name,
    ours: series('fleet', '/s', fleet, (result) => result.perSecond),
    beside: series('tutorial', '/s', tutorial, (result) => result.perSecond),
  };
}

function series(
  label: string,
  unit: Series['unit'],
  results: readonly LoadResult[],
  pick: (result: LoadResult) => number,
): Series {
  return { label, unit, values: results.map(pick) };
}

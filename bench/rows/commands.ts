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

interface KeptUpResult extends LoadResult {
  /** Accepted commands by the time until all of their rows were there. */
  readonly withRowsPerSecond: number;
}

interface Measured {
  readonly fleet: readonly KeptUpResult[];
  readonly tutorial: readonly KeptUpResult[];
}

async function measureCreate(bench: Bench, rivals: Rivals, connections: number): Promise<Comparison[]> {
  const name = `create, ${connections} ${connections === 1 ? 'connection' : 'connections'}`;
  const measured = await measure(bench, name, rivals, connections, createUser());
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
      bare: () => load(bench, rivals.bareUrl, connections, createUser()),
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
    { rounds: bench.scale.rounds, show: showKeptUp },
    {
      fleet: () => keepUp(() => load(bench, fleet.commandUrl, connections, next), fleet.untilCaughtUp),
      tutorial: () => keepUp(() => load(bench, tutorial.url, connections, next), tutorial.untilCaughtUp),
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

function load({ scale }: Bench, url: string, callers: number, next: () => HttpRequest): Promise<LoadResult> {
  return httpLoad(url, { callers, warmUpMs: scale.warmUpMs, measureMs: scale.measureMs }, next);
}

function showLoad({ perSecond: rate, p50, p99, refused }: LoadResult): string {
  const rejected = refused > 0 ? `, ${refused} refused` : '';
  return `${perSecond(rate)}, p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}${rejected}`;
}

function showKeptUp(result: KeptUpResult): string {
  return `${showLoad(result)}, ${perSecond(result.withRowsPerSecond)} with their rows`;
}

function beside(
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

function series<Result extends LoadResult>(
  label: string,
  unit: Series['unit'],
  results: readonly Result[],
  pick: (result: Result) => number,
): Series {
  return { label, unit, values: results.map(pick) };
}

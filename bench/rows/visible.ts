import { startTestIssuer } from '@eventfleet/testing';
import { alternate } from '../support/alternate.ts';
import type { Bench } from '../support/bench.ts';
import type { LoadResult } from '../support/closed-loop.ts';
import { atMost, type Comparison } from '../support/comparison.ts';
import { runContestant } from '../support/contestant.ts';
import { Fleet } from '../support/fleet.ts';
import { milliseconds } from '../support/format.ts';
import { HttpPool } from '../support/http-pool.ts';
import { openLoop } from '../support/open-loop.ts';
import { startFleet, type RunningFleet } from '../support/running-fleet.ts';
import { securedSettings, signedIn, type Prepare } from '../support/secured-settings.ts';
import { percentile } from '../support/statistics.ts';
import { createUser } from '../support/user-requests.ts';
import type { SelectOneOptions } from '../baselines/select-one.ts';
import type { Row } from './row.ts';

const P50_MS = 10;
const P99_MS = 40;
const P99_MS_UNDER_LOAD = 25;
/** In commands a second: enough for the compilers of V8 and Kafka, which at 200 are at work for longer than all rounds take. */
const WARM_UP_RATE = 1_000;

interface Times {
  readonly p50: number;
  readonly p99: number;
}

export const visible: Row = {
  name: 'visible',
  measures: 'from sending a POST to the answer of query-api that shows its effect',

  async run(bench) {
    const results = await measurePlain(bench);
    const secured = await measureSecured(bench);
    const compare = (rate: string, times: readonly Times[], of: keyof Times, limit: number): Comparison => ({
      name: `visible, ${rate}, ${of}`,
      ours: { label: of, unit: 'ms', values: times.map((round) => round[of]) },
      beside: { label: 'select 1 p50', unit: 'ms', values: results.baseline.map(({ p50 }) => p50) },
      targets: [atMost(limit, 'ours')],
    });
    return [
      compare('1 command/s', results.slow, 'p50', P50_MS),
      compare('1 command/s', results.slow, 'p99', P99_MS),
      compare('200 commands/s', results.fast, 'p50', P50_MS),
      compare('200 commands/s', results.fast, 'p99', P99_MS_UNDER_LOAD),
      compare('200 commands/s, secured', secured, 'p50', P50_MS),
      compare('200 commands/s, secured', secured, 'p99', P99_MS_UNDER_LOAD),
    ];
  },
};

const show = ({ p50, p99 }: Times) => `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}`;

async function measurePlain(bench: Bench): Promise<Record<'slow' | 'fast' | 'baseline', Times[]>> {
  const { rounds, visible: durations, warmUpMs, measureMs, longestWarmUpMs } = bench.scale;
  await using scope = new AsyncDisposableStack();
  const data = await Fleet.create(bench, 'visible');
  const fleet = await startFleet(data, scope);
  const options = {
    databaseUrl: data.readStoreUrl,
    load: { callers: 1, warmUpMs: warmUpMs / 2, measureMs: measureMs / 4 },
  };
  await readOwnWrites(fleet, WARM_UP_RATE, longestWarmUpMs);
  return await alternate(
    bench,
    { rounds, show },
    {
      slow: () => readOwnWrites(fleet, 1, durations.slowMs),
      fast: () => readOwnWrites(fleet, 200, durations.fastMs),
      baseline: (): Promise<Times> =>
        runContestant<SelectOneOptions, LoadResult>('baselines/select-one.ts', options),
    },
  );
}

/** With tokens, signed events and encrypted personal data. */
async function measureSecured(bench: Bench): Promise<Times[]> {
  const { rounds, visible: durations, longestWarmUpMs } = bench.scale;
  await using scope = new AsyncDisposableStack();
  const issuer = await startTestIssuer();
  scope.defer(() => issuer.close());
  const settings = securedSettings(issuer);
  const fleet = await startFleet(await Fleet.create(bench, 'visible_secured', { settings }), scope);
  const withToken = await signedIn(issuer, 'users:write users:read');
  // Kafka's compilers have done theirs by now.
  await readOwnWrites(fleet, WARM_UP_RATE, longestWarmUpMs / 2, withToken);
  const contestants = { secured: () => readOwnWrites(fleet, 200, durations.fastMs, withToken) };
  return (await alternate(bench, { rounds, show }, contestants)).secured;
}

async function readOwnWrites(
  fleet: RunningFleet,
  rate: number,
  durationMs: number,
  prepare: Prepare = (request) => request,
): Promise<Times> {
  using commandApi = new HttpPool(fleet.commandUrl);
  using queryApi = new HttpPool(fleet.queryUrl);
  const next = createUser();
  const times = await openLoop(rate, durationMs, async () => {
    const created = await commandApi.send(prepare(next()));
    const path = created.header('location') ?? '';
    const token = created.header('consistency-token') ?? '';
    const headers = { 'consistency-token': token };
    const read = await queryApi.send(prepare({ method: 'GET', path, headers }));
    if (created.status !== 201 || read.status !== 200) {
      throw new Error(`not visible: ${created.status}, then ${read.status}`);
    }
  });
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

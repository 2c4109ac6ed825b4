import { alternate } from '../support/alternate.ts';
import type { LoadResult } from '../support/closed-loop.ts';
import { atMost, type Comparison } from '../support/comparison.ts';
import { runContestant } from '../support/contestant.ts';
import { Fleet } from '../support/fleet.ts';
import { milliseconds } from '../support/format.ts';
import { HttpPool } from '../support/http-pool.ts';
import { openLoop } from '../support/open-loop.ts';
import { startFleet, type RunningFleet } from '../support/running-fleet.ts';
import { percentile } from '../support/statistics.ts';
import { createUser } from '../support/user-requests.ts';
import type { SelectOneOptions } from '../baselines/select-one.ts';
import type { Row } from './row.ts';

const P50_MS = 10;
const P99_MS = 40;

interface Times {
  readonly p50: number;
  readonly p99: number;
}

export const visible: Row = {
  name: 'visible',
  measures: 'from sending a POST to the answer of query-api that shows its effect',

  async run(bench) {
    const { scale } = bench;
    await using scope = new AsyncDisposableStack();
    const data = await Fleet.create(bench, 'visible');
    const fleet = await startFleet(data, scope);
    const load = { callers: 1, warmUpMs: scale.warmUpMs / 2, measureMs: scale.measureMs / 4 };
    const selectOne = (): Promise<Times> =>
      runContestant<SelectOneOptions, LoadResult>('baselines/select-one.ts', {
        databaseUrl: data.readStoreUrl,
        load,
      });

    await readOwnWrites(fleet, 200, scale.visible.fastMs / 2);
    const results = await alternate(
      bench,
      { rounds: scale.rounds, show: ({ p50, p99 }) => `p50 ${milliseconds(p50)}, p99 ${milliseconds(p99)}` },
      {
        slow: () => readOwnWrites(fleet, 1, scale.visible.slowMs),
        fast: () => readOwnWrites(fleet, 200, scale.visible.fastMs),
        baseline: selectOne,
      },
    );
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
      compare('200 commands/s', results.fast, 'p99', P99_MS),
    ];
  },
};

async function readOwnWrites(fleet: RunningFleet, rate: number, durationMs: number): Promise<Times> {
  using commandApi = new HttpPool(fleet.commandUrl);
  using queryApi = new HttpPool(fleet.queryUrl);
  const next = createUser();
  const times = await openLoop(rate, durationMs, async () => {
    const created = await commandApi.send(next());
    const path = created.header('location') ?? '';
    const token = created.header('consistency-token') ?? '';
    const read = await queryApi.send({ method: 'GET', path, headers: { 'consistency-token': token } });
    if (created.status !== 201 || read.status !== 200) {
      throw new Error(`not visible: ${created.status}, then ${read.status}`);
    }
  });
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
}

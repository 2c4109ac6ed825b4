import { migrateEventStore } from '@eventfleet/event-store';
import { alternate } from '../support/alternate.ts';
import type { LoadResult } from '../support/closed-loop.ts';
import { atMost, type Comparison } from '../support/comparison.ts';
import { runContestant } from '../support/contestant.ts';
import { databaseUrl } from '../support/databases.ts';
import { milliseconds } from '../support/format.ts';
import { nameAfter, seedHistory } from '../support/seed-history.ts';
import type { LoadOptions } from '../ours/load.ts';
import type { SelectOneOptions } from '../baselines/select-one.ts';
import type { Row } from './row.ts';

const SHORT_HISTORY = 10;
/** By number, two of each, so that neither is in the cache when its turn comes. */
const SHORT_USERS = [1, 2];
const LONG_USERS = [3, 4];

export const load: Row = {
  name: 'load',
  measures: 'the state of a user who is not in the cache, by the length of the history',

  async run(bench) {
    const { servers, scale } = bench;
    const url = databaseUrl(servers, 'load_events');
    await migrateEventStore(url);
    for (const user of SHORT_USERS) await seedHistory(url, user, SHORT_HISTORY);
    for (const user of LONG_USERS) await seedHistory(url, user, scale.longHistory);

    const loop = { callers: 1, warmUpMs: scale.warmUpMs, measureMs: scale.measureMs / 2 };
    const loadState = (users: readonly number[], versions: number) =>
      runContestant<LoadOptions, LoadResult>(
        'ours/load.ts',
        {
          databaseUrl: url,
          users: users.map((user) => ({ user, name: nameAfter(versions) })),
          load: loop,
        },
        bench.nodeOptions('load'),
      );
    const results = await alternate(
      bench,
      { rounds: scale.rounds, show: (result) => milliseconds(result.p50) },
      {
        short: () => loadState(SHORT_USERS, SHORT_HISTORY),
        long: () => loadState(LONG_USERS, scale.longHistory),
        selectOne: () =>
          runContestant<SelectOneOptions, LoadResult>('baselines/select-one.ts', {
            databaseUrl: url,
            load: loop,
          }),
      },
    );
    const series = (label: string, measured: readonly LoadResult[]): Comparison['ours'] => ({
      label,
      unit: 'ms',
      values: measured.map((result) => result.p50),
    });
    const short = series(`${SHORT_HISTORY} events`, results.short);
    return [
      {
        name: 'load, a long history beside a short one',
        ours: series(`${scale.longHistory.toLocaleString('en')} events`, results.long),
        beside: short,
        targets: [atMost(3)],
      },
      {
        name: 'load, a short history beside a round trip',
        ours: short,
        beside: series('select 1', results.selectOne),
        targets: [],
      },
    ];
  },
};

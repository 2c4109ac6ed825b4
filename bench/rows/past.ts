import { withClient } from '@eventfleet/testing';
import { alternate } from '../support/alternate.ts';
import type { LoadResult } from '../support/closed-loop.ts';
import { atMost, type Comparison } from '../support/comparison.ts';
import { userId } from '../support/events.ts';
import { Fleet } from '../support/fleet.ts';
import { milliseconds } from '../support/format.ts';
import { httpLoad } from '../support/http-load.ts';
import { untilCount } from '../support/meter.ts';
import { seedHistory } from '../support/seed-history.ts';
import type { Row } from './row.ts';

const SHORT_HISTORY = 10;
const SHORT_USER = 1;
const LONG_USER = 2;
const EVENTS_A_SNAPSHOT = 100;

export const past: Row = {
  name: 'past',
  measures: 'a user at any version over HTTP, and any page of the audit trail, by the length of the history',

  async run(bench) {
    const { scale } = bench;
    await using scope = new AsyncDisposableStack();
    const fleet = await Fleet.create(bench, 'past');
    await seedHistory(fleet.eventStoreUrl, SHORT_USER, SHORT_HISTORY);
    await seedHistory(fleet.eventStoreUrl, LONG_USER, scale.longPast);
    const [commandApi, queryApi] = await Promise.all([fleet.start('command-api'), fleet.start('query-api')]);
    for (const app of [commandApi, queryApi]) scope.defer(async () => void (await app.stop()));
    bench.say('waiting for the snapshots');
    const snapshots = {
      count: () => countSnapshots(fleet.eventStoreUrl),
      [Symbol.asyncDispose]: async () => {},
    };
    await untilCount(snapshots, Math.floor(scale.longPast / EVENTS_A_SNAPSHOT));

    const load = { callers: 1, warmUpMs: scale.warmUpMs, measureMs: scale.measureMs / 2 };
    const ask = (path: (version: number) => string, versions: number) =>
      httpLoad(queryApi.url, load, () => ({
        method: 'GET',
        path: path(1 + Math.floor(Math.random() * versions)),
      }));
    const atVersion = (user: number) => (version: number) => `/users/${userId(user)}?version=${version}`;
    const page = (user: number) => (version: number) =>
      `/users/${userId(user)}/events?limit=10&after=${version - 1}`;
    const results = await alternate(
      bench,
      { rounds: scale.rounds, show: (result) => milliseconds(result.p50) },
      {
        short: () => ask(atVersion(SHORT_USER), SHORT_HISTORY),
        long: () => ask(atVersion(LONG_USER), scale.longPast),
        shortPage: () => ask(page(SHORT_USER), SHORT_HISTORY),
        longPage: () => ask(page(LONG_USER), scale.longPast),
      },
    );
    const compare = (
      name: string,
      long: readonly LoadResult[],
      short: readonly LoadResult[],
    ): Comparison => ({
      name,
      ours: {
        label: `${scale.longPast.toLocaleString('en')} events`,
        unit: 'ms',
        values: long.map((result) => result.p50),
      },
      beside: { label: `${SHORT_HISTORY} events`, unit: 'ms', values: short.map((result) => result.p50) },
      targets: [atMost(3)],
    });
    return [
      compare('past, a user at any version', results.long, results.short),
      compare('past, a page of the audit trail', results.longPage, results.shortPage),
    ];
  },
};

function countSnapshots(eventStoreUrl: string): Promise<number> {
  return withClient(eventStoreUrl, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      'select count(*)::integer as count from snapshot_history',
    );
    return rows[0]?.count ?? 0;
  });
}

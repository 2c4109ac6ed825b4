import { alternate } from '../support/alternate.ts';
import type { LoadResult } from '../support/closed-loop.ts';
import { atLeast, type Comparison } from '../support/comparison.ts';
import { userId } from '../support/events.ts';
import { Fleet } from '../support/fleet.ts';
import { perSecond } from '../support/format.ts';
import { eventsFor } from '../support/history.ts';
import type { HttpRequest } from '../support/http-connection.ts';
import { httpLoad } from '../support/http-load.ts';
import { startBareHttp } from '../support/running-bare-http.ts';
import { startFleet } from '../support/running-fleet.ts';
import type { Row } from './row.ts';

const CONNECTIONS = 64;

export const query: Row = {
  name: 'query',
  measures: `reads over HTTP at ${CONNECTIONS} connections, beside bare Nest and Fastify with the same statement`,

  async run(bench) {
    const { scale } = bench;
    await using scope = new AsyncDisposableStack();
    const data = await Fleet.create(bench, 'query');
    await data.seed(1, eventsFor(scale.users));
    const fleet = await startFleet(data, scope);
    await fleet.untilCaughtUp();
    const { url: bareUrl } = await startBareHttp(data.readStoreUrl, scope);

    const one = (): HttpRequest => ({
      method: 'GET',
      path: `/users/${userId(1 + Math.floor(Math.random() * scale.users))}`,
    });
    const page = (): HttpRequest => ({ method: 'GET', path: '/users' });
    const load = { callers: CONNECTIONS, warmUpMs: scale.warmUpMs, measureMs: scale.measureMs };
    const results = await alternate(
      bench,
      { rounds: scale.rounds, show: (result) => perSecond(result.perSecond) },
      {
        one: () => httpLoad(fleet.queryUrl, load, one),
        bareOne: () => httpLoad(bareUrl, load, one),
        page: () => httpLoad(fleet.queryUrl, load, page),
        barePage: () => httpLoad(bareUrl, load, page),
      },
    );
    const compare = (
      name: string,
      ours: readonly LoadResult[],
      bare: readonly LoadResult[],
    ): Omit<Comparison, 'targets'> => ({
      name,
      ours: { label: 'query-api', unit: '/s', values: ours.map((result) => result.perSecond) },
      beside: { label: 'bare GET', unit: '/s', values: bare.map((result) => result.perSecond) },
    });
    return [
      { ...compare('query, one user', results.one, results.bareOne), targets: [atLeast(0.8)] },
      { ...compare('query, a page of 50', results.page, results.barePage), targets: [atLeast(0.8)] },
    ];
  },
};

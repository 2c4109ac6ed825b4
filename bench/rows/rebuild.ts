import { setTimeout as delay } from 'node:timers/promises';
import { migrateReadStore } from '@eventfleet/read-models';
import { workOff } from '../million/backlog.ts';
import type { CopyOptions } from '../baselines/copy.ts';
import { alternate } from '../support/alternate.ts';
import type { Bench } from '../support/bench.ts';
import { atLeast, atMost, type Comparison, type Series } from '../support/comparison.ts';
import { runContestant } from '../support/contestant.ts';
import { databaseUrl, dropDatabase } from '../support/databases.ts';
import { userId } from '../support/events.ts';
import { Fleet } from '../support/fleet.ts';
import { perSecond } from '../support/format.ts';
import { eventsFor } from '../support/history.ts';
import { HttpPool } from '../support/http-pool.ts';
import { openLoop } from '../support/open-loop.ts';
import { projectionMeter } from '../support/projection-meter.ts';
import { measureRebuild } from '../support/rebuild-time.ts';
import { startFleet } from '../support/running-fleet.ts';
import { percentile } from '../support/statistics.ts';
import { updateAnyOf } from '../support/user-requests.ts';
import type { Row } from './row.ts';

const PROJECTION = 'user-list';
/** Of the events, how many a round of the projector takes. */
const LIVE_SHARE = 0.3;
const COMMANDS_PER_SECOND = 100;
const QUERIES_PER_SECOND = 200;
const HELD_MS = 100;

export const rebuild: Row = {
  name: 'rebuild',
  measures:
    'the user list folded anew beside the live one; then the same under load, compared and switched to',

  async run(bench) {
    const { scale, say } = bench;
    const events = eventsFor(scale.rebuiltUsers);
    const fleet = await Fleet.create(bench, 'rebuild');
    say(`rebuild: storing, publishing and projecting ${events.toLocaleString('en')} events`);
    await fleet.seed(1, events);
    await publishAndProject(fleet, events);
    const results = await alternate(
      bench,
      { rounds: scale.rounds, show: perSecond },
      {
        ours: async () => (events * 1_000) / (await measureRebuild(fleet)),
        live: () => measureLive(bench, fleet, Math.floor(events * LIVE_SHARE)),
        copy: async () => (events * 1_000) / (await measureCopy(bench, fleet)),
      },
    );
    const rebuilt: Series = { label: 'rebuild', unit: '/s', values: results.ours };
    return [
      {
        name: 'rebuild, beside the live projector',
        ours: rebuilt,
        beside: { label: 'projector, both models', unit: '/s', values: results.live },
        targets: [atLeast(3)],
      },
      {
        name: 'rebuild, beside a bare COPY of its rows',
        ours: rebuilt,
        beside: { label: 'bare COPY', unit: '/s', values: results.copy },
        targets: [atLeast(0.6)],
      },
      await switchUnderLoad(bench, fleet),
    ];
  },
};

async function publishAndProject(fleet: Fleet, events: number): Promise<void> {
  const commandApi = await fleet.start('command-api');
  await fleet.untilPublished(events);
  await commandApi.stop();
  const projector = await fleet.start('projector');
  await fleet.untilProjected(events);
  await projector.stop();
}

/** The projector on the same topic, into an empty read store: events a second, each into both read models. */
async function measureLive(bench: Bench, fleet: Fleet, events: number): Promise<number> {
  const name = `${fleet.readDatabase}_live`;
  const url = databaseUrl(bench.servers, name);
  await migrateReadStore(url);
  const meter = await projectionMeter(url);
  try {
    const { perSecond: rate } = await workOff(fleet, 'projector', meter, events, { READ_STORE_URL: url });
    return rate;
  } finally {
    await meter[Symbol.asyncDispose]();
    await dropDatabase(bench.servers, name);
  }
}

async function measureCopy({ servers }: Bench, fleet: Fleet): Promise<number> {
  const name = `${fleet.readDatabase}_copy`;
  const toUrl = databaseUrl(servers, name);
  await migrateReadStore(toUrl);
  try {
    return await runContestant<CopyOptions, number>('baselines/copy.ts', {
      fromUrl: fleet.readStoreUrl,
      toUrl,
    });
  } finally {
    await dropDatabase(servers, name);
  }
}

/** @throws Error if a request fails, or the comparison finds a difference */
async function switchUnderLoad(bench: Bench, fleet: Fleet): Promise<Comparison> {
  bench.say('rebuild: under load');
  await using scope = new AsyncDisposableStack();
  const { commandUrl, queryUrl } = await startFleet(fleet, scope);
  const stopping = new AbortController();
  const load = Promise.all([
    keepSending(commandUrl, COMMANDS_PER_SECOND, updateAnyOf(bench.scale.rebuiltUsers), stopping.signal),
    keepSending(queryUrl, QUERIES_PER_SECOND, () => getAnyOf(bench.scale.rebuiltUsers), stopping.signal),
  ]);
  // Awaited at the end: a request may fail before that.
  load.catch(() => undefined);
  try {
    await fleet.cli('projection', 'rebuild', PROJECTION);
    bench.say(`  ${(await fleet.cli('projection', 'compare', PROJECTION)).trim()}`);
    const begin = performance.now();
    const [line = ''] = (await fleet.cli('projection', 'switch', PROJECTION)).split('\n');
    const end = performance.now();
    bench.say(`  ${line}`);
    await delay(bench.scale.warmUpMs);
    stopping.abort();
    const [, queries] = await load;
    const during = queries.filter(({ sentAt, ms }) => sentAt < end && sentAt + ms > begin);
    const p99 = percentile(
      queries.map(({ ms }) => ms),
      0.99,
    );
    bench.say(`  ${queries.length} queries, 99 % within ${p99.toFixed(1)} ms, none failed`);
    return {
      name: 'rebuild, queries held up by the switch',
      ours: { label: 'at most', unit: 'ms', values: [Number(/at most (\d+) ms/.exec(line)?.[1])] },
      beside: {
        label: 'slowest query meanwhile',
        unit: 'ms',
        values: [during.reduce((slowest, { ms }) => Math.max(slowest, ms), 0)],
      },
      targets: [atMost(HELD_MS, 'ours')],
    };
  } finally {
    stopping.abort();
    await load.catch(() => undefined);
  }
}

interface Sent {
  readonly sentAt: number;
  readonly ms: number;
}

/** Until the signal. @throws Error if a request is not answered 2xx */
async function keepSending(
  url: string,
  rate: number,
  next: () => Parameters<HttpPool['send']>[0],
  stopping: AbortSignal,
): Promise<Sent[]> {
  using pool = new HttpPool(url);
  const all: Sent[] = [];
  while (!stopping.aborted) {
    await openLoop(rate, 1_000, async () => {
      const sentAt = performance.now();
      const { status } = await pool.send(next());
      if (status < 200 || status > 299)
        throw new Error(`a request during the rebuild was answered ${status}`);
      all.push({ sentAt, ms: performance.now() - sentAt });
    });
  }
  return all;
}

function getAnyOf(users: number) {
  return { method: 'GET' as const, path: `/users/${userId(1 + Math.floor(Math.random() * users))}` };
}

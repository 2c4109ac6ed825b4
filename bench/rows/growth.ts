import type { Bench } from '../support/bench.ts';
import type { LoadResult } from '../support/closed-loop.ts';
import type { Comparison } from '../support/comparison.ts';
import { runContestant } from '../support/contestant.ts';
import { createDatabase, dropDatabase } from '../support/databases.ts';
import { Fleet } from '../support/fleet.ts';
import { perSecond } from '../support/format.ts';
import { httpLoad } from '../support/http-load.ts';
import { projectionMeter } from '../support/projection-meter.ts';
import { startFleet } from '../support/running-fleet.ts';
import { compareSizes, measureSizes, type TwoSizes } from '../support/two-sizes.ts';
import { createUser } from '../support/user-requests.ts';
import { workOff } from '../million/backlog.ts';
import type { AppendOptions } from '../ours/append.ts';
import type { Row } from './row.ts';

const CONNECTIONS = 64;

export const growth: Row = {
  name: 'growth',
  measures: 'what a hundred times as many events in the stores change',

  async run(bench, million) {
    await million.projected();
    const sizes = { few: await makeFew(bench), many: await million.stored() };
    return [
      await compare(bench, 'append', (fleet) => measureAppend(bench, fleet), sizes),
      await measureProjector(bench, sizes),
      await measureCreate(bench, sizes),
    ];
  },
};

async function makeFew(bench: Bench): Promise<Fleet> {
  const { scale } = bench;
  const fleet = await Fleet.create(bench, 'few');
  await fleet.seed(1, scale.fewEvents);
  await publish(fleet, scale.fewEvents);
  const projector = await fleet.start('projector');
  await fleet.untilProjected(scale.fewEvents);
  await projector.stop();
  return fleet;
}

async function publish(fleet: Fleet, events: number): Promise<void> {
  const commandApi = await fleet.start('command-api');
  await fleet.untilPublished(events);
  await commandApi.stop();
}

/** On a copy of the store each time, so that it does not grow by what is measured. */
async function measureAppend({ servers, scale }: Bench, fleet: Fleet): Promise<number> {
  const copy = `${fleet.eventDatabase}_copy`;
  const url = await createDatabase(servers, copy, fleet.eventDatabase);
  const load = { callers: CONNECTIONS, warmUpMs: scale.warmUpMs, measureMs: scale.measureMs / 2 };
  const result = await runContestant<AppendOptions, LoadResult>('ours/append.ts', { databaseUrl: url, load });
  await dropDatabase(servers, copy);
  return result.perSecond;
}

/** The same backlog each time, into a copy of the read store as it was before. */
async function measureProjector(bench: Bench, { few, many }: TwoSizes<Fleet>): Promise<Comparison> {
  const { servers, scale } = bench;
  for (const [fleet, stored] of [
    [few, scale.fewEvents],
    [many, scale.manyEvents],
  ] as const) {
    await fleet.seed(stored + 1, stored + scale.growthBacklog);
    await publish(fleet, stored + scale.growthBacklog);
  }
  return compare(
    bench,
    'projector',
    async (fleet) => {
      const copy = `${fleet.readDatabase}_copy`;
      const url = await createDatabase(servers, copy, fleet.readDatabase);
      const meter = await projectionMeter(url);
      const events = Math.floor(scale.growthBacklog * 0.9);
      const { perSecond: rate } = await workOff(fleet, 'projector', meter, events, { READ_STORE_URL: url });
      await meter[Symbol.asyncDispose]();
      await dropDatabase(servers, copy);
      return rate;
    },
    { few, many },
  );
}

/** The small store grows by what is measured, to some tens of thousands of events. */
async function measureCreate(bench: Bench, sizes: TwoSizes<Fleet>): Promise<Comparison> {
  const { scale } = bench;
  await using scope = new AsyncDisposableStack();
  const few = await startFleet(sizes.few, scope);
  const many = await startFleet(sizes.many, scope);
  await few.untilCaughtUp();
  await many.untilCaughtUp();
  const load = { callers: CONNECTIONS, warmUpMs: scale.warmUpMs / 2, measureMs: scale.measureMs / 2 };
  const next = createUser();
  return await compare(
    bench,
    'create',
    async (fleet) => {
      const { perSecond: rate } = await httpLoad(fleet.commandUrl, load, next);
      await fleet.untilCaughtUp();
      return rate;
    },
    { few, many },
  );
}

async function compare<Sized>(
  bench: Bench,
  what: string,
  measure: (sized: Sized) => Promise<number>,
  sizes: TwoSizes<Sized>,
): Promise<Comparison> {
  const { rounds, manyEvents: many, fewEvents: few } = bench.scale;
  const name = `growth, ${what}`;
  const results = await measureSizes(bench, { name, rounds, sizes, measure, show: perSecond });
  return compareSizes(name, { few, many }, results);
}

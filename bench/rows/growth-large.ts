import { workOff } from '../million/backlog.ts';
import type { AppendOptions } from '../ours/append.ts';
import type { TailOptions } from '../ours/tail.ts';
import type { Bench } from '../support/bench.ts';
import type { LoadResult } from '../support/closed-loop.ts';
import { cpuSince, showShares } from '../support/command-cost.ts';
import type { Comparison } from '../support/comparison.ts';
import { runContestant } from '../support/contestant.ts';
import { userEmail, userId } from '../support/events.ts';
import { Fleet } from '../support/fleet.ts';
import { perSecond } from '../support/format.ts';
import { updatedAgain, type History } from '../support/history.ts';
import type { HttpRequest } from '../support/http-connection.ts';
import { httpLoad } from '../support/http-load.ts';
import { describeUse, readPostgresUse } from '../support/postgres-use.ts';
import { projectionMeter } from '../support/projection-meter.ts';
import { measureRebuild } from '../support/rebuild-time.ts';
import { startFleet, type RunningFleet } from '../support/running-fleet.ts';
import { describeSizes } from '../support/store-sizes.ts';
import { topicMeter } from '../support/topic-meter.ts';
import { compareSizes, measureSizes, type TwoSizes } from '../support/two-sizes.ts';
import { createUser, updateAnyOf } from '../support/user-requests.ts';
import type { Row } from './row.ts';

const CONNECTIONS = 64;
const EVENTS_A_USER = 4;

/** A fleet that has long had so many events. */
class OldFleet {
  readonly fleet: Fleet;
  readonly users: number;
  readonly history: History;
  /** Stored by now, of the history alone. */
  stored: number;

  constructor(fleet: Fleet, events: number) {
    this.fleet = fleet;
    this.users = Math.floor(events / EVENTS_A_USER);
    this.history = updatedAgain(this.users);
    this.stored = events;
  }

  /** Stores updates of users who are far apart. */
  async store(events: number): Promise<void> {
    await this.fleet.seed(this.stored + 1, this.stored + events, this.history);
    this.stored += events;
  }
}

type Sizes = TwoSizes<OldFleet>;

export const growthLarge: Row = {
  name: 'growth-large',
  measures: 'what 20,000,000 events and 5,000,000 users in the stores change, beside a twentieth of both',
  isLong: true,

  async run(bench) {
    const sizes = {
      few: await makeFleet(bench, 'few_old', bench.scale.large.few),
      many: await makeFleet(bench, 'many_old', bench.scale.large.many),
    };
    return [
      await measureAppend(bench, sizes),
      await measureTail(bench, sizes),
      ...(await measureBacklogs(bench, sizes)),
      ...(await measureRunning(bench, sizes)),
      await measureRebuilds(bench, sizes),
    ];
  },
};

async function makeFleet(bench: Bench, name: string, events: number): Promise<OldFleet> {
  const old = new OldFleet(await Fleet.create(bench, name), events);
  bench.say(`storing and projecting ${events.toLocaleString('en')} events`);
  await old.fleet.seedOld(events, old.users);
  for (const url of [old.fleet.eventStoreUrl, old.fleet.readStoreUrl])
    for (const line of await describeSizes(url)) bench.say(line);
  return old;
}

/** The stores grow by what is appended, which is published and projected before anything else is measured. */
async function measureAppend(bench: Bench, sizes: Sizes): Promise<Comparison> {
  const { warmUpMs, measureMs } = bench.scale;
  const load = { callers: CONNECTIONS, warmUpMs, measureMs: measureMs / 2 };
  const compared = await compare(bench, 'append', sizes, async ({ fleet }) => {
    const options = { databaseUrl: fleet.eventStoreUrl, load };
    const { perSecond: rate } = await runContestant<AppendOptions, LoadResult>('ours/append.ts', options);
    return rate;
  });
  for (const { fleet } of [sizes.few, sizes.many]) {
    await using scope = new AsyncDisposableStack();
    const { untilCaughtUp } = await startFleet(fleet, scope);
    await untilCaughtUp();
  }
  return compared;
}

function measureTail(bench: Bench, sizes: Sizes): Promise<Comparison> {
  const { warmUpMs, measureMs } = bench.scale;
  return compare(bench, 'tail', sizes, ({ fleet }) =>
    runContestant<TailOptions, number>('ours/tail.ts', {
      databaseUrl: fleet.eventStoreUrl,
      warmUpMs,
      measureMs: measureMs / 2,
    }),
  );
}

/** The relay and the projector, each with the same backlog of updates. */
async function measureBacklogs(bench: Bench, sizes: Sizes): Promise<Comparison[]> {
  const { servers, scale } = bench;
  const events = Math.floor(scale.growthBacklog * 0.9);
  const results = await measureSizes(bench, {
    name: 'growth-large, relay and projector',
    rounds: scale.rounds,
    sizes,
    async measure(old) {
      const { fleet } = old;
      await old.store(scale.growthBacklog);
      await using topic = await topicMeter(servers.kafkaBrokers, fleet.topic);
      const relay = await workOff(fleet, 'command-api', topic, events);
      await using projected = await projectionMeter(fleet.readStoreUrl);
      const projector = await workOff(fleet, 'projector', projected, events);
      return { relay: relay.perSecond, projector: projector.perSecond };
    },
    show: ({ relay, projector }) => `${perSecond(relay)} and ${perSecond(projector)}`,
  });
  const compared = (name: 'relay' | 'projector') =>
    compareSizes(`growth-large, ${name}`, scale.large, {
      few: results.few.map((result) => result[name]),
      many: results.many.map((result) => result[name]),
    });
  return [compared('relay'), compared('projector')];
}

interface Running extends RunningFleet {
  readonly old: OldFleet;
}

async function measureRunning(bench: Bench, { few, many }: Sizes): Promise<Comparison[]> {
  await using scope = new AsyncDisposableStack();
  const start = async (old: OldFleet): Promise<Running> => {
    const running = await startFleet(old.fleet, scope);
    await running.untilCaughtUp();
    return { ...running, old };
  };
  const sizes = { few: await start(few), many: await start(many) };
  const newUser = createUser();
  const reads: Readonly<Record<string, (users: number) => string>> = {
    'query, one user': (users) => `/users/${anyOf(users)}`,
    'query, a page of 50': () => '/users',
    'query, by a name': (users) => `/users?name=User%20${Math.ceil((users * (1 + Math.random())) / 2)}`,
    'query, by an email': (users) => `/users?email=${userEmail(1 + Math.floor(Math.random() * users))}`,
    'past, a user at version 2': (users) => `/users/${anyOf(users)}?version=2`,
    'past, a page of the audit trail': (users) => `/users/${anyOf(users)}/events`,
  };
  const compared = [
    await compareCommands(bench, 'create', sizes, () => newUser),
    await compareCommands(bench, 'update', sizes, ({ old }) => updateAnyOf(old.users)),
  ];
  for (const [name, path] of Object.entries(reads)) {
    compared.push(
      await compare(bench, name, sizes, async ({ queryUrl, old }) => {
        const next = (): HttpRequest => ({ method: 'GET', path: path(old.users) });
        const { perSecond: rate } = await httpLoad(queryUrl, loadOf(bench), next);
        return rate;
      }),
    );
  }
  return compared;
}

function anyOf(users: number): string {
  return userId(1 + Math.floor(Math.random() * users));
}

function loadOf({ scale }: Bench) {
  return { callers: CONNECTIONS, warmUpMs: scale.warmUpMs / 2, measureMs: scale.measureMs / 2 };
}

/** The stores grow by what is measured. */
async function compareCommands(
  bench: Bench,
  what: string,
  sizes: TwoSizes<Running>,
  requests: (running: Running) => () => HttpRequest,
): Promise<Comparison> {
  const name = `growth-large, ${what}`;
  const { servers, scale } = bench;
  const results = await measureSizes(bench, {
    name,
    rounds: scale.rounds,
    sizes,
    async measure(running) {
      const before = await readPostgresUse(servers.postgresUrl);
      const cpu = cpuSince({ ...running.processes, ...servers.processes });
      const load = { callers: CONNECTIONS, warmUpMs: scale.warmUpMs, measureMs: scale.measureMs };
      const { perSecond: rate, accepted } = await httpLoad(running.commandUrl, load, requests(running));
      await running.untilCaughtUp();
      const use = describeUse(before, await readPostgresUse(servers.postgresUrl), accepted);
      return { rate, cpu: cpu(accepted), use };
    },
    show: ({ rate, cpu, use }) => `${perSecond(rate)}; each ${showShares(cpu)}, ${use}`,
  });
  const rates = (measured: readonly { readonly rate: number }[]) => measured.map(({ rate }) => rate);
  return compareSizes(name, scale.large, { few: rates(results.few), many: rates(results.many) });
}

/** Once: many events take minutes. */
async function measureRebuilds(bench: Bench, sizes: Sizes): Promise<Comparison> {
  const name = 'growth-large, rebuild';
  const results = await measureSizes(bench, {
    name,
    rounds: 1,
    sizes,
    measure: async ({ fleet, stored }) => (stored * 1_000) / (await measureRebuild(fleet)),
    show: perSecond,
  });
  return compareSizes(name, bench.scale.large, results);
}

async function compare<Sized>(
  bench: Bench,
  what: string,
  sizes: TwoSizes<Sized>,
  measure: (sized: Sized) => Promise<number>,
): Promise<Comparison> {
  const name = `growth-large, ${what}`;
  const { rounds, large } = bench.scale;
  return compareSizes(
    name,
    large,
    await measureSizes(bench, { name, rounds, sizes, measure, show: perSecond }),
  );
}

import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedEvent } from '@eventfleet/contracts';
import { createPool } from '@eventfleet/postgres';
import { findUser, findUsers, readUserStatistics } from '@eventfleet/read-models/queries';
import { nextEvent, userHistory } from './histories.fixture.js';
import { type RebuildFixture } from './rebuild.fixture.js';

/** Writes on and on, new users and old ones, until it is stopped. */
export function keepWriting(
  fleet: RebuildFixture,
  users: readonly RecordedEvent[][],
): { stop(): Promise<void> } {
  const alive = users
    .filter((events) => events.at(-1)!.type !== 'user.deleted')
    .map((events) => ({ id: events[0]!.aggregateId, version: events.length }));
  let isStopped = false;
  const run = async () => {
    for (let round = 0; !isStopped; round++) {
      const user = alive[(round * 7) % alive.length]!;
      const created = userHistory(round % 3 === 0 ? ['deleted'] : []);
      user.version++;
      await fleet.append(...created, nextEvent(user.id, user.version, 'updated'));
      await delay(2);
    }
  };
  const running = run();
  return {
    async stop() {
      isStopped = true;
      await running;
    },
  };
}

/** Asks as query-api does, on and on. Tells what failed, and whether an answer went back behind an earlier one. */
export async function keepAsking(fleet: RebuildFixture, users: readonly RecordedEvent[][]) {
  const pools = [true, false].map((pipeline) =>
    createPool({
      url: fleet.readStoreUrl,
      applicationName: 'test queries',
      max: 3,
      timeoutMs: 900,
      pipeline,
    }),
  );
  const failures: string[] = [];
  const seen = new Map<string, number>();
  let total = 0;
  let answers = 0;
  let isStopped = false;
  const ids = users.map((events) => events[0]!.aggregateId);

  async function loop(ask: (id: string) => Promise<void>): Promise<void> {
    for (let round = 0; !isStopped; round++) {
      await ask(ids[(round * 13) % ids.length]!).catch((error: unknown) => failures.push(String(error)));
      answers++;
      await delay(1);
    }
  }
  const askUser = async (pool: (typeof pools)[number], id: string) => {
    const token = { aggregateType: 'user', aggregateId: id, version: seen.get(id) ?? 0 };
    const found = await findUser(pool, id, token);
    if (typeof found === 'symbol') failures.push(`${id} went back behind ${token.version}`);
    else if (found) seen.set(id, Math.max(token.version, found.version));
  };
  const loops = [
    ...pools.map((pool) => loop((id) => askUser(pool, id))),
    loop((id) => askUser(pools[0]!, id)),
    loop(async (id) => {
      const token = { aggregateType: 'user', aggregateId: id, version: seen.get(id) ?? 0 };
      const page = await findUsers(pools[0]!, {}, { limit: 5 }, token);
      if (typeof page === 'symbol') failures.push(`a page went back behind ${token.version}`);
    }),
    loop(async () => {
      const statistics = await readUserStatistics(pools[0]!, undefined);
      if (typeof statistics === 'symbol') throw new Error('no token, no lag');
      if (statistics.total < total) failures.push(`${statistics.total} users after ${total}`);
      total = statistics.total;
    }),
  ];
  return {
    async stop() {
      isStopped = true;
      await Promise.all(loops);
      await Promise.all(pools.map((pool) => pool.end()));
      return { failures: [...new Set(failures)], answers };
    },
  };
}

/**
 * Rebuilds a projection of so many users, compares and switches, while others write and ask.
 * @returns what became of the queries
 */
export async function rebuildUnderLoad(
  fleet: RebuildFixture,
  name: string,
  users: readonly RecordedEvent[][],
) {
  await fleet.append(...users.flat());
  await fleet.settled();
  const writing = keepWriting(fleet, users);
  const asking = await keepAsking(fleet, users);

  await fleet.rebuild(name);
  const comparison = await fleet.compare(name);
  await fleet.switchTo(name);

  // Queries that meet the new generation.
  await delay(200);
  const queries = await asking.stop();
  await writing.stop();
  await fleet.settled();
  return { ...queries, comparison };
}

/** Compares the live tables with another rebuild of them. */
export async function expectRight(fleet: RebuildFixture, name: string): Promise<void> {
  await fleet.drop(name, 'previous');
  await fleet.rebuild(name);
  expect(await fleet.compare(name)).toEqual({ differences: 0, examples: [] });
  expect(await fleet.tables(name, `rebuild_${name.replace('-', '_')}`)).toEqual(await fleet.tables(name));
  await fleet.drop(name, 'new');
}

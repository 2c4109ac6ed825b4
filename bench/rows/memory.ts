import { peakMemoryMb } from '@eventfleet/embedded';
import { atMost, type Comparison } from '../support/comparison.ts';
import { Fleet, type AppName } from '../support/fleet.ts';
import { httpLoad } from '../support/http-load.ts';
import { usageMissing } from '../support/process-usage.ts';
import { startFleet } from '../support/running-fleet.ts';
import { createUser } from '../support/user-requests.ts';
import type { Bench } from '../support/bench.ts';
import type { BacklogRound } from '../million/backlog.ts';
import type { Row } from './row.ts';

const MEMORY_MB = 256;
const CONNECTIONS = 256;

export const memory: Row = {
  name: 'memory',
  measures: 'the most memory (RSS) of each app: under commands and queries, and with a backlog',

  async run(bench, million) {
    const missing = usageMissing();
    if (missing !== undefined) {
      bench.say(`memory: skipped, ${missing}`);
      return [];
    }
    const { ours: relay } = await million.published();
    const { ours: projector } = await million.projected();
    return [
      ...(await underLoad(bench)),
      underBacklog('command-api, a backlog to relay', relay),
      underBacklog('projector, a backlog to project', projector),
    ];
  },
};

/** Commands and pages of users, each from many connections; beside what an app takes once it is ready. */
async function underLoad(bench: Bench): Promise<Comparison[]> {
  await using scope = new AsyncDisposableStack();
  const { scale } = bench;
  const fleet = await startFleet(await Fleet.create(bench, 'memory'), scope);
  const apps = Object.entries(fleet.processes) as [AppName, number][];
  const atStart = apps.map(([, pid]) => peakMemoryMb(pid));
  const load = { callers: CONNECTIONS, warmUpMs: 0, measureMs: scale.measureMs * 2 };
  await httpLoad(fleet.commandUrl, load, createUser());
  await fleet.untilCaughtUp();
  await httpLoad(fleet.queryUrl, load, () => ({ method: 'GET', path: '/users' }));
  return apps.map(([name, pid], index) => ({
    name: `memory, ${name}, ${CONNECTIONS} connections`,
    ours: { label: 'peak RSS', unit: 'MB', values: [peakMemoryMb(pid)] },
    beside: { label: 'once ready', unit: 'MB', values: atStart.slice(index, index + 1) },
    targets: [atMost(MEMORY_MB, 'ours')],
  }));
}

/** The peak of the round with the whole backlog before it, beside that of the last one: flat is a ratio of 1. */
function underBacklog(name: string, rounds: readonly BacklogRound[]): Comparison {
  const peaks = rounds.map((round) => round.peakMb);
  return {
    name: `memory, ${name}`,
    ours: { label: 'peak RSS, all of it', unit: 'MB', values: peaks.slice(0, 1) },
    beside: { label: 'the last part', unit: 'MB', values: peaks.slice(-1) },
    targets: [atMost(MEMORY_MB, 'ours')],
  };
}

import type { Failpoint } from '@eventfleet/resilience';
import type { AppProcess } from '@eventfleet/testing';
import { deathAt, startArmed } from '../e2e/support/armed-app.js';
import { expectNothingLost } from '../e2e/support/nothing-lost.js';
import { SHORT_SESSION, startFleet, type Fleet } from '../e2e/support/fleet.js';
import { UserWriter, writers, writeSome, writeUntil } from '../e2e/support/user-writer.js';

interface Death {
  readonly app: 'command-api' | 'projector';
  /** How often the point is reached before the process dies there. */
  readonly nth?: number;
  /** The point lies on the way of a clean stop. */
  readonly atStop?: boolean;
  /** Commands of each client that are stored and not published when the process starts. */
  readonly backlog?: number;
}

/** No load of this suite comes to these: processes end there in the tests of what they belong to. */
type Elsewhere =
  | 'between copy and progress'
  | 'between two pages'
  | 'between two indexes'
  | 'between deferred stream and progress'
  | 'between two phases'
  | 'between swap and commit'
  | 'between dead letter and offset'
  | 'between outcome and reply'
  | 'between retry and ack'
  | 'between reply and offset'
  | 'between timer and commit'
  | 'between claim and mail'
  | 'between mail and inbox'
  | 'between inbox and acknowledgement'
  | 'between failure report and inbox'
  | 'between a place and its receipt'
  | 'between two places of an erasure';

/** Complete by its type: a failpoint without a death here does not compile. That between two sends has a test of its own. */
const DEATHS: Readonly<Record<Exclude<Failpoint, Elsewhere | 'between two sends'>, Death>> = {
  'before the append': { app: 'command-api', nth: 3 },
  'between append and answer': { app: 'command-api', nth: 3 },
  'between lease and recovery': { app: 'command-api' },
  'between recovery and checkpoint': { app: 'command-api' },
  'before the send': { app: 'command-api', nth: 2 },
  'between send and checkpoint': { app: 'command-api', nth: 2 },
  'between checkpoint and release': { app: 'command-api', atStop: true },
  'between rows and checkpoint': { app: 'projector', nth: 2 },
  'between checkpoint and commit': { app: 'projector', nth: 2 },
  'between commit and offset': { app: 'projector', nth: 2 },
};

const CLIENTS = 8;
const UNREACHABLE_KAFKA = '127.0.0.1:1';
/** Long names make large sends: a page of the relay's must not fit into one. */
const LONG_NAME = 'A'.repeat(190);

/** A fleet, who writes to it, and the copies that came back last. */
interface Stage {
  readonly fleet: Fleet;
  readonly clients: readonly UserWriter[];
  readonly apps: Record<Death['app'], AppProcess>;
}

const fleets: Fleet[] = [];
afterAll(() => Promise.all(fleets.map((fleet) => fleet.stop())));

async function openStage(partitions: number, name: string): Promise<Stage> {
  const env = { ...SHORT_SESSION, USER_EVENTS_PARTITIONS: String(partitions) };
  const fleet = await startFleet('failpoint', { commandApis: 1, projectors: 1, queryApis: 1, env });
  fleets.push(fleet);
  const [commandApi, projector] = [fleet.commandApis[0]!, fleet.projectors[0]!];
  return { fleet, clients: writers(CLIENTS, name), apps: { 'command-api': commandApi, projector } };
}

async function storeUnpublished({ fleet, clients }: Stage, commands: number): Promise<void> {
  const app = await fleet.start('command-api', { KAFKA_BROKERS: UNREACHABLE_KAFKA });
  await writeSome(clients, app.url, commands);
  expect(await app.stop()).toBe('exit code 0');
}

/** Has a process die under load, and another one take its place. */
async function dieAndComeBack(stage: Stage, failpoint: Failpoint, death: Death): Promise<void> {
  const { fleet, clients, apps } = stage;
  const { app: victim, nth, atStop = false, backlog = 0 } = death;
  await writeSome(clients, apps['command-api'].url, 3);
  expect(await apps[victim].stop()).toBe('exit code 0');
  if (backlog > 0) await storeUnpublished(stage, backlog);

  const armed = await startArmed(fleet, victim, failpoint, nth);
  let died = false;
  const dying = armed.death.finally(() => (died = true));
  const target = victim === 'projector' ? apps['command-api'].url : armed.app?.url;
  if (atStop && target) {
    await writeSome(clients, target, 3);
    armed.app?.kill('SIGTERM');
  } else if (target) {
    await writeUntil(clients, target, () => died);
  }
  expect(await dying).toMatch(deathAt(failpoint));

  apps[victim] = await fleet.start(victim);
  await writeSome(clients, apps['command-api'].url, 3);
}

describe('a process that is killed', () => {
  /** Where nothing was wrong so far, and the next process dies. */
  let shared: Stage | undefined;

  it.each(Object.entries(DEATHS) as [Failpoint, Death][])(
    '%s has lost nothing and doubled nothing',
    async (failpoint, death) => {
      const stage = shared ?? (await openStage(3, 'Ada'));
      shared = undefined;
      await dieAndComeBack(stage, failpoint, death);
      // Of every death so far.
      await expectNothingLost(stage.fleet, stage.clients);
      shared = stage;
    },
  );

  it('between two sends has lost nothing and doubled nothing', async () => {
    const stage = await openStage(1, LONG_NAME);
    await dieAndComeBack(stage, 'between two sends', { app: 'command-api', backlog: 50 });
    await expectNothingLost(stage.fleet, stage.clients);
    expect(await stage.apps['command-api'].stop()).toBe('exit code 0');
  });

  it('has one in its place that stops cleanly', async () => {
    const { apps } = shared ?? (await openStage(3, 'Ada'));
    const endings = await Promise.all(Object.values(apps).map((app) => app.stop()));
    expect(endings).toEqual(['exit code 0', 'exit code 0']);
  });
});

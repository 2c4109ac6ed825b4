import type { Failpoint } from '@eventfleet/resilience';
import { startApp, type AppProcess } from '@eventfleet/testing';
import { expectNothingLost } from './support/nothing-lost.js';
import { startFleet, type Fleet } from './support/fleet.js';
import { UserWriter, writers, writeSome, writeUntil } from './support/user-writer.js';

interface Death {
  readonly app: 'command-api' | 'projector';
  /** How often the point is reached before the process dies there. */
  readonly nth?: number;
  /** The point lies on the way of a clean stop. */
  readonly atStop?: boolean;
  /** Commands of each client that are stored and not published when the process starts. */
  readonly backlog?: number;
  readonly partitions?: number;
}

/** No load of this suite comes to these: processes end there in the tests of what they belong to. */
type Elsewhere =
  | 'between dead letter and offset'
  | 'between outcome and reply'
  | 'between retry and ack'
  | 'between reply and offset'
  | 'between timer and commit'
  | 'between claim and mail'
  | 'between mail and inbox'
  | 'between inbox and acknowledgement'
  | 'between failure report and inbox';

/** Complete by its type: a failpoint without a death here does not compile. */
const DEATHS: Readonly<Record<Exclude<Failpoint, Elsewhere>, Death>> = {
  'before the append': { app: 'command-api', nth: 3 },
  'between append and answer': { app: 'command-api', nth: 3 },
  'between lease and recovery': { app: 'command-api' },
  'between recovery and checkpoint': { app: 'command-api' },
  'before the send': { app: 'command-api', nth: 2 },
  'between two sends': { app: 'command-api', backlog: 50, partitions: 1 },
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

let fleet: Fleet;
afterEach(() => fleet.stop(), 60_000);

/** It may die before it listens. */
async function startArmed(
  name: string,
  failpoint: string,
): Promise<{ app?: AppProcess; death: Promise<string> }> {
  const env = { ...fleet.env, EVENTFLEET_FAILPOINT: failpoint };
  try {
    const app = await startApp(name, env, { until: 'live' });
    return { app, death: app.exited.then((ending) => `${ending}\n${app.logs()}`) };
  } catch (error) {
    return { death: Promise.resolve(String(error)) };
  }
}

async function storeUnpublished(clients: readonly UserWriter[], commands: number): Promise<void> {
  const app = await startApp('command-api', { ...fleet.env, KAFKA_BROKERS: UNREACHABLE_KAFKA });
  await writeSome(clients, app.url, commands);
  expect(await app.stop()).toBe('exit code 0');
}

describe('a process that is killed', () => {
  it.each(Object.entries(DEATHS))(
    '%s has lost nothing and doubled nothing',
    async (failpoint, { app: victim, nth = 1, atStop = false, backlog = 0, partitions = 3 }) => {
      const env = { USER_EVENTS_PARTITIONS: String(partitions) };
      fleet = await startFleet('failpoint', { commandApis: 1, projectors: 1, queryApis: 1, env });
      const clients = writers(CLIENTS, backlog > 0 ? LONG_NAME : 'Ada');
      const [commandApi, projector] = [fleet.commandApis[0]!, fleet.projectors[0]!];
      await writeSome(clients, commandApi.url, 3);
      expect(await (victim === 'projector' ? projector : commandApi).stop()).toBe('exit code 0');
      if (backlog > 0) await storeUnpublished(clients, backlog);

      const { app: armed, death } = await startArmed(victim, `${failpoint}@${nth}`);
      let died = false;
      const dying = death.finally(() => (died = true));
      const target = victim === 'projector' ? commandApi.url : armed?.url;
      if (atStop && target) {
        await writeSome(clients, target, 3);
        armed?.kill('SIGTERM');
      } else if (target) {
        await writeUntil(clients, target, () => died);
      }
      expect(await dying).toMatch(new RegExp(`SIGKILL[^]*failpoint reached: ${failpoint}\n?`));

      const again = await startApp(victim, fleet.env);
      await writeSome(clients, victim === 'projector' ? commandApi.url : again.url, 3);
      await expectNothingLost(fleet, clients);
      expect(await again.stop()).toBe('exit code 0');
    },
    90_000,
  );
});

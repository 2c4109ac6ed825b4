import { endOffsets } from '@eventfleet/kafka';
import { eventually, type AppProcess } from '@eventfleet/testing';
import { BUSY_MS } from '../e2e/support/busy-machine.js';
import { expectNothingLost } from '../e2e/support/nothing-lost.js';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { watchPauses, type PauseWatch } from '../e2e/support/pauses.js';
import { kafkaOf, kafkaSettingsOf } from '../e2e/support/topic.js';
import { writers, writeUntil } from '../e2e/support/user-writer.js';

/** What the project promises at a clean change; after a kill the session, which has to run out first, comes on top. */
const CLEAN_CHANGE_MS = 5_000 + BUSY_MS;
const PARTITIONS = 6;
const DEADLINE = { deadlineMs: 60_000 };

type Copies = 'command-api' | 'projector';

const clients = writers(24);
const copies: Record<Copies, AppProcess[]> = { 'command-api': [], projector: [] };
const seen: string[] = [];
let fleet: Fleet;
let pauses: PauseWatch;
let over = false;
let load: Promise<void>;

beforeAll(async () => {
  const env = { USER_EVENTS_PARTITIONS: String(PARTITIONS) };
  fleet = await startFleet('scaling', { commandApis: 1, projectors: 1, queryApis: 1, env });
  copies['command-api'].push(...fleet.commandApis);
  copies.projector.push(...fleet.projectors);
  let turn = 0;
  const anyCopy = () => copies['command-api'][turn++ % copies['command-api'].length]!.url;
  load = writeUntil(clients, anyCopy, () => over);
  pauses = await watchPauses(fleet.readStoreUrl);
  await everyPartitionMoves();
});
afterAll(async () => {
  over = true;
  await load;
  await pauses.stop();
  await Promise.all([...copies.projector, ...copies['command-api']].map((app) => app.stop()));
  await fleet.stop();
});

async function topicEnds(): Promise<Map<string, bigint>> {
  const ends = await endOffsets(kafkaOf(fleet.env), `${fleet.topicPrefix}user-events`);
  return new Map([...ends].map(([partition, { end }]) => [String(partition), end]));
}

/** Resolves once every projection has applied events of every partition that are newer than this call. */
async function everyPartitionMoves(): Promise<void> {
  const before = await topicEnds();
  const after = await eventually(
    async () => {
      const ends = await topicEnds();
      return [...ends].every(([partition, end]) => end > (before.get(partition) ?? 0n)) && ends;
    },
    { ...DEADLINE, describe: 'new events in every partition' },
  );
  await eventually(
    () => {
      const offsets = pauses.offsets();
      return (
        offsets.size === 2 * PARTITIONS &&
        [...offsets].every(([key, offset]) => offset >= (after.get(key.split('/')[1] ?? '') ?? 0n))
      );
    },
    { ...DEADLINE, describe: 'each partition goes on' },
  );
}

/** The longest that a partition stood still from before a change until all of them move again; milliseconds. */
async function longestPause(what: string, change: () => Promise<void>): Promise<number> {
  pauses.forget();
  await change();
  await everyPartitionMoves();
  const { partition, ms } = pauses.longest();
  seen.push(`${what}: ${partition} stood still for ${ms} ms`);
  return ms;
}

async function add(app: Copies): Promise<void> {
  copies[app].push(await fleet.start(app));
}

/** The oldest copy: of command-api the one that publishes. */
async function stopOldest(app: Copies): Promise<void> {
  expect(await copies[app].shift()?.stop()).toBe('exit code 0');
}

async function killOldest(app: Copies): Promise<void> {
  const victim = copies[app].shift();
  victim?.kill('SIGKILL');
  expect(await victim?.exited).toBe('SIGKILL');
}

describe('copies that come and go under load', () => {
  afterAll(() => process.stderr.write(`${seen.join('\n')}\n`));

  it('find every partition busy', async () => {
    expect(await longestPause('no change', everyPartitionMoves)).toBeLessThan(CLEAN_CHANGE_MS);
  });

  it.each([
    ['a second projector', () => add('projector')],
    ['a third projector', () => add('projector')],
    ['a projector less', () => stopOldest('projector')],
    ['a second command-api', () => add('command-api')],
    ['the publishing command-api less', () => stopOldest('command-api')],
  ])('pause a partition for at most 5 s: %s', async (what, change) => {
    expect(await longestPause(what, change)).toBeLessThan(CLEAN_CHANGE_MS);
  });

  it.each(['projector', 'command-api'] as const)(
    'pause a partition for at most the session time-out and 5 s when a %s is killed',
    async (app) => {
      if (copies[app].length < 2) await add(app);
      const ms = await longestPause(`a ${app} killed`, () => killOldest(app));
      expect(ms).toBeLessThan(kafkaSettingsOf(fleet.env).sessionTimeoutMs + CLEAN_CHANGE_MS);
    },
  );

  it('have each event applied once, in order', async () => {
    over = true;
    await load;
    await writeUntil(
      clients.filter(({ isInDoubt }) => isInDoubt),
      copies['command-api'][0]!.url,
      () => clients.every(({ isInDoubt }) => !isInDoubt),
    );
    await expectNothingLost(fleet, clients);
  });
});

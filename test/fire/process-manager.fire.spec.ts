import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { userEvents, type RecordedEvent, type UserEvent } from '@eventfleet/contracts';
import { EventStore } from '@eventfleet/event-store';
import { createPool } from '@eventfleet/postgres';
import type { Failpoint } from '@eventfleet/resilience';
import { eventually, recordedHistory, type AppProcess } from '@eventfleet/testing';
import { deathAt, startArmed } from '../e2e/support/armed-app.js';
import { SHORT_SESSION, startFleet, type Fleet } from '../e2e/support/fleet.js';
import { metric } from '../e2e/support/metrics.js';
import { commandsOf, failedMail, publishEvents, readUserCommands } from '../e2e/support/user-commands.js';

const TIMEOUT_S = 2;
const STOP_MS = 10_000;
const DEACTIVATED = ['deactivate-user: email-not-verified'];
const REMINDED = ['remind-user', ...DEACTIVATED];
/** A reminder that would come after the end is left out. */
const ENDED = [REMINDED, DEACTIVATED];

let fleet: Fleet;

async function openFleet(): Promise<void> {
  const timeouts = { ...SHORT_SESSION, ONBOARDING_TIMEOUT: `${TIMEOUT_S}s` };
  fleet = await startFleet('saga', { commandApis: 0, env: { USER_EVENTS_PARTITIONS: '3', ...timeouts } });
}
const closeFleet = () => fleet.stop();

/** Those that still run are stopped after the test, so that the next one has its own. */
const apps: AppProcess[] = [];
afterEach(() => Promise.all(apps.splice(0).map((app) => app.stop())));

async function start(env: Readonly<Record<string, string>> = {}): Promise<AppProcess> {
  const app = await fleet.start('process-manager', env);
  apps.push(app);
  return app;
}

/** Events of a user that happen now. */
function now(id: string, events: readonly UserEvent[], firstVersion = 1, time = new Date()): RecordedEvent[] {
  const occurredAt = time.toISOString();
  return recordedHistory<UserEvent>(userEvents, id, events, firstVersion).map((event) => ({
    ...event,
    occurredAt,
  }));
}

/** What happens then comes due in no test, however slow. */
const inAnHour = () => new Date(Date.now() + 3_600_000);

const created = (id: string): UserEvent => ({
  type: 'user.created',
  data: { id, name: 'Ada', email: `${id}@example.org`, status: 'pending' },
});
const verified = (id: string): UserEvent => ({ type: 'user.email-verified', data: { id } });
const deactivated = (id: string): UserEvent => ({
  type: 'user.deactivated',
  data: { id, reason: 'email-not-verified' },
});
const newUsers = (count: number) => Array.from({ length: count }, () => randomUUID());
/** As they are stored, unless it is said what arrives of them. */
async function publish(events: readonly RecordedEvent[], arriving = events): Promise<void> {
  const pool = createPool({ url: fleet.eventStoreUrl, applicationName: 'test', max: 1, pipeline: true });
  const eventStore = new EventStore(pool);
  try {
    await eventStore.appendBatch({ events: await eventStore.findUnknown(events) });
  } finally {
    await eventStore.close();
  }
  await publishEvents(fleet.env, 'user-events', arriving);
}

type Commands = readonly string[];

/** Waits until each user has got exactly one of these lists of commands, and looks again once nothing is left to do. */
async function expectCommands(expected: ReadonlyMap<string, readonly Commands[]>): Promise<void> {
  const look = async () => {
    const commands = await readUserCommands(fleet.env);
    for (const [id, lists] of expected) expect(lists).toContainEqual(commandsOf(commands, id));
    return true;
  };
  await eventually(look, { deadlineMs: 60_000, describe: 'the commands' });
  await eventually(nothingIsLeftToDo, { deadlineMs: 60_000, describe: 'rest' });
  await look();
}

async function nothingIsLeftToDo(): Promise<true> {
  expect(JSON.parse(await fleet.cli('status', '--json'))).toMatchObject({
    eventStore: { value: { relays: [{ relay: 'user-commands', backlogEvents: 0 }] } },
    processManagers: { value: { processManagers: [{ lag: 0, timersDue: 0 }] } },
  });
  return true;
}

describe('a process manager that is killed', () => {
  beforeAll(openFleet, 120_000);
  afterAll(closeFleet, 60_000);

  it.each<[Failpoint, number]>([
    ['between rows and checkpoint', 2],
    ['between checkpoint and commit', 2],
    ['between commit and offset', 2],
    ['between timer and commit', 1],
    ['between lease and recovery', 1],
    ['between recovery and checkpoint', 1],
    ['before the send', 1],
    ['between send and checkpoint', 2],
  ])('%s, at pass %d, has lost no command and sent none twice', async (failpoint, nth) => {
    const [failing, ...users] = newUsers(20) as [string, ...string[]];
    const [first] = now(failing, [created(failing)], 1, inAnHour()) as [RecordedEvent];
    const armed = await startArmed(fleet, 'process-manager', failpoint, nth);
    await publish(users.slice(0, 10).flatMap((id) => now(id, [created(id)])));
    await publish([first]);
    await publishEvents(fleet.env, 'notification-events', failedMail(failing, first.eventId, 'welcome'));
    await publish(users.slice(10).flatMap((id) => now(id, [created(id)])));
    expect(await armed.death).toMatch(deathAt(failpoint));

    await start();
    const late = newUsers(5);
    await publish(late.flatMap((id) => now(id, [created(id), verified(id)])));

    await expectCommands(
      new Map<string, readonly Commands[]>([
        [failing, [['deactivate-user: notification-failed']]],
        ...users.map((id) => [id, ENDED] as const),
        ...late.map((id) => [id, [[]]] as const),
      ]),
    );
  });
});

describe('process managers', () => {
  beforeEach(openFleet, 120_000);
  afterEach(closeFleet, 60_000);

  it('fire each timer once, of several copies that come and go', async () => {
    const users = newUsers(60);
    const [first] = [await start(), await start()];
    await publish(users.slice(0, 30).flatMap((id) => now(id, [created(id)])));
    await delay(TIMEOUT_S * 500);
    first.kill('SIGKILL');
    await publish(users.slice(30).flatMap((id) => now(id, [created(id)])));
    const third = await start();

    await expectCommands(new Map(users.map((id) => [id, ENDED])));
    await publish(users.flatMap((id) => now(id, [deactivated(id)], 2)));
    await eventually(async () => (await metric(third.url, 'eventfleet_process_manager_instances')) === 0);
    expect(await metric(third.url, 'eventfleet_process_manager_timers_due')).toBe(0);
    const status = JSON.parse(await fleet.cli('status', '--json')) as Record<string, unknown>;
    expect(status).toMatchObject({
      eventStore: { value: { relays: [{ relay: 'user-commands', isHeld: true, backlogEvents: 0 }] } },
      processManagers: {
        value: { processManagers: [{ projection: 'onboarding', lag: 0, instances: 0, timersDue: 0 }] },
      },
    });
  });

  it('that were stopped over the time are late, not wrong: first what happened meanwhile, then the timers', async () => {
    const [late, verifiedOne, moved] = newUsers(3) as [string, string, string];
    const app = await start();
    // Late enough for a busy machine to stop the process manager before the first reminder.
    const begins = new Date(Date.now() + STOP_MS);
    await publish([late, verifiedOne, moved].flatMap((id) => now(id, [created(id)], 1, begins)));
    await eventually(async () => (await metric(app.url, 'eventfleet_process_manager_instances')) === 3);
    expect(await app.stop()).toBe('exit code 0');
    await publish(now(verifiedOne, [verified(verifiedOne)], 2, begins));
    await delay(begins.getTime() + TIMEOUT_S * 1_000 - Date.now());
    const changed: UserEvent = { type: 'user.updated', data: { id: moved, email: 'a@example.org' } };
    await publish(now(moved, [changed], 2, inAnHour()));

    await start();
    await expectCommands(
      new Map<string, readonly Commands[]>([
        [late, [DEACTIVATED]],
        [verifiedOne, [[]]],
        [moved, [[]]],
      ]),
    );
  });

  it('park a user with an event that nobody can read; an operator has it go on', async () => {
    const [poisoned, well] = newUsers(2) as [string, string];
    await start({ MAX_ATTEMPTS: '2' });
    const [event] = now(poisoned, [created(poisoned)]) as [RecordedEvent];
    const others = now(well, [created(well)]);
    await publish([event, ...others], [{ ...event, data: '{' }, ...others]);
    await expectCommands(new Map([[well, ENDED]]));

    const list = () => fleet.cli('parked', 'list');
    expect(await list()).toMatch(new RegExp(`onboarding ${poisoned}: 1 waiting .* malformed-json`));
    expect(await fleet.cli('parked', 'show', poisoned)).toContain('malformed-json');
    await fleet.cli('parked', 'discard', poisoned);
    await eventually(async () => (await list()) === 'nothing is parked\n');
  });
});

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { signVerificationToken, type RecordedEvent } from '@eventfleet/contracts';
import { eventually, type AppProcess } from '@eventfleet/testing';
import { tellAtOnce } from './support/at-once.js';
import { startFleet, type Fleet } from './support/fleet.js';
import { send } from './support/http.js';
import { metric } from './support/metrics.js';
import { readUserEvents } from './support/topic.js';
import { failedMail, publishEvents } from './support/user-commands.js';
import { createUserAt, emailOf } from './support/users.js';

/** Half of it, when the reminder comes, is time enough to act before, on a busy machine too. */
const TIMEOUT_MS = 24_000;
const SECRET = 'a secret of the tests, long enough to be one';
const TO_THE_END = ['user.created', 'user.verification-reminded', 'user.deactivated'];

let fleet: Fleet;
let env: Record<string, string>;
let users: string;
let processManager: AppProcess;
/** Takes commands as before onboarding was switched on. */
let formerCommandApi: AppProcess;

beforeAll(async () => {
  env = {
    ONBOARDING: 'on',
    VERIFICATION_SECRET: SECRET,
    ONBOARDING_TIMEOUT: `${TIMEOUT_MS / 1_000}s`,
    USER_EVENTS_PARTITIONS: '3',
  };
  fleet = await startFleet('onboarding', { commandApis: 1, projectors: 1, queryApis: 1, env });
  env = { ...fleet.env };
  users = `${fleet.commandApis[0]!.url}/users`;
  [processManager, formerCommandApi] = await Promise.all([
    fleet.start('process-manager'),
    fleet.start('command-api', { ONBOARDING: 'off' }),
  ]);
});
afterAll(async () => {
  await Promise.all([processManager, formerCommandApi].map((app) => app.stop()));
  await fleet.stop();
});

async function historyOf(id: string): Promise<RecordedEvent[]> {
  const events = await readUserEvents(env);
  return events.filter(({ aggregateId }) => aggregateId === id).toSorted((a, b) => a.version - b.version);
}

const typesOf = async (id: string) => (await historyOf(id)).map(({ type }) => type);
const millisecondsBetween = (a: RecordedEvent, b: RecordedEvent) =>
  Date.parse(b.occurredAt) - Date.parse(a.occurredAt);

/** Waits until exactly these events have happened to a user, and looks again after that. */
async function expectEvents(id: string, types: readonly string[]): Promise<RecordedEvent[]> {
  await eventually(async () => (await typesOf(id)).length >= types.length, {
    deadlineMs: 50_000,
    describe: `${types.join()} of ${id}`,
  });
  await delay(500);
  const history = await historyOf(id);
  expect(history.map(({ type }) => type)).toEqual(types);
  return history;
}

async function expectStatus(id: string, status: string): Promise<void> {
  await eventually(async () => {
    const shown = await send('GET', `${fleet.queryApis[0]!.url}/users/${id}`);
    expect(shown.body['status']).toBe(status);
    return true;
  });
}

function verify(id: string): Promise<{ status: number }> {
  const expiresAt = new Date(Date.now() + 60_000);
  const token = signVerificationToken({ userId: id, email: emailOf(id), expiresAt }, SECRET);
  return send('POST', `${users}/${id}/verification`, { token });
}

describe('onboarding', () => {
  tellAtOnce({
    'leaves a user alone who verifies the email in time': async () => {
      const id = await createUserAt(users);
      await expectStatus(id, 'pending');
      expect((await verify(id)).status).toBe(200);
      await delay(TIMEOUT_MS + 1_000);
      await expectEvents(id, ['user.created', 'user.email-verified']);
      await expectStatus(id, 'active');
    },

    'reminds half-way and deactivates at the end, once each, and says what all of it began with':
      async () => {
        const id = await createUserAt(users);
        const [created, reminded, deactivated] = (await expectEvents(id, TO_THE_END)) as [
          RecordedEvent,
          RecordedEvent,
          RecordedEvent,
        ];

        expect(millisecondsBetween(created, reminded)).toBeGreaterThanOrEqual(TIMEOUT_MS / 2);
        expect(millisecondsBetween(created, deactivated)).toBeGreaterThanOrEqual(TIMEOUT_MS);
        expect(JSON.parse(deactivated.data)).toEqual({ id, reason: 'email-not-verified' });
        expect([reminded.correlationId, deactivated.correlationId]).toEqual([
          created.correlationId,
          created.correlationId,
        ]);
        await expectStatus(id, 'deactivated');
        expect((await send('PUT', `${users}/${id}`, { name: 'Eve' })).body['code']).toBe('user-deactivated');
      },

    'begins anew with another email': async () => {
      const id = await createUserAt(users);
      await delay(1_000);
      expect((await send('PUT', `${users}/${id}`, { email: emailOf(randomUUID()) })).status).toBe(200);
      const history = await expectEvents(id, [
        'user.created',
        'user.updated',
        'user.verification-reminded',
        'user.deactivated',
      ]);
      expect(millisecondsBetween(history[1]!, history[2]!)).toBeGreaterThanOrEqual(TIMEOUT_MS / 2);
      expect(millisecondsBetween(history[1]!, history[3]!)).toBeGreaterThanOrEqual(TIMEOUT_MS);
    },

    'ends at once where the mail cannot be delivered': async () => {
      const id = await createUserAt(users);
      const [created] = (await eventually(async () => {
        const history = await historyOf(id);
        return history.length > 0 && history;
      })) as [RecordedEvent];
      await publishEvents(env, 'notification-events', failedMail(id, created.eventId, 'welcome'));

      const history = await eventually(async () => {
        const found = await historyOf(id);
        return found.at(-1)?.type === 'user.deactivated' && found;
      });
      expect(JSON.parse(history.at(-1)!.data)).toEqual({ id, reason: 'notification-failed' });
      await delay(TIMEOUT_MS + 1_000);
      expect((await typesOf(id)).at(-1)).toBe('user.deactivated');
    },

    'does not touch users from before it was switched on, nor those who are deleted': async () => {
      const exempt = await createUserAt(`${formerCommandApi.url}/users`);
      const deleted = await createUserAt(users);
      expect((await send('DELETE', `${users}/${deleted}`)).status).toBe(200);
      await delay(TIMEOUT_MS + 1_000);

      await expectEvents(exempt, ['user.created']);
      await expectStatus(exempt, 'active');
      await expectEvents(deleted, ['user.created', 'user.deleted']);
    },
  });

  it('is late where the process manager was stopped over the time, and then happens once', async () => {
    const id = await createUserAt(users);
    await eventually(
      async () => (await metric(processManager.url, 'eventfleet_process_manager_instances')) > 0,
    );
    expect(await processManager.stop()).toBe('exit code 0');
    const meanwhile = await createUserAt(users);
    const verified = await createUserAt(users);
    await delay(TIMEOUT_MS + 500);
    expect((await verify(verified)).status).toBe(200);

    processManager = await fleet.start('process-manager');

    // Nobody is reminded any more.
    await expectEvents(id, ['user.created', 'user.deactivated']);
    await expectEvents(meanwhile, ['user.created', 'user.deactivated']);
    await expectEvents(verified, ['user.created', 'user.email-verified']);
  });
});

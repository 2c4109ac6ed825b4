import { fileURLToPath } from 'node:url';
import { freePort } from '@eventfleet/embedded';
import { eventually, withClient } from '@eventfleet/testing';
import type { Fleet } from '../e2e/support/fleet.js';
import { send } from '../e2e/support/http.js';
import { createUserAt } from '../e2e/support/users.js';
import { startStaleRows, type StaleRows } from './stale-rows.fixture.js';

const CLI = fileURLToPath(new URL('../../apps/fleet/dist/main.js', import.meta.url));
const DEADLINE = { deadlineMs: 90_000 };
/** What a small terminal shows without scrolling. */
const SCREEN_LINES = 24;

let rows: StaleRows;
let fleet: Fleet;

beforeAll(async () => {
  rows = await startStaleRows('why');
  fleet = rows.fleet;
});
afterAll(() => rows.stop());

const why = (id: string, ...args: string[]) => rows.run([CLI, 'why', id, ...args]);

/** Asks until the cause is the expected one: on the way there an event waits for other things. */
async function expectCause(id: string, cause: RegExp): Promise<string> {
  return eventually(async () => {
    const { output } = await why(id);
    const screen = output.split('\n').slice(0, SCREEN_LINES).join('\n');
    expect(screen.split('\n')[0]).toMatch(cause);
    expect(output).not.toMatch(/Stale Row|example\.org|Ada/);
    return screen;
  }, DEADLINE);
}

describe('fleet why, given a correlation id only', () => {
  afterEach(() => rows.undo());

  it('tells that the projector lags, and by how much', async () => {
    const id = await rows.setUp('projector-lagging');
    const screen = await expectCause(
      id,
      /^user \S+: row of user-list is at 0, store at 1: user-list lags in partition \d+ of \S+user-events: \d+ records behind, \d+ of them before this event, last moved \S+ s ago\.$/,
    );
    expect(screen).toContain('docs/operations.md#when-a-projection-lags');
    await expectCause(id, /: the store is at 1, and so are user-list and user-stats\.$/);
  });

  it('tells that the user is parked, by which error, and how often it was tried', async () => {
    const id = await rows.setUp('user-parked');
    await expectCause(
      id,
      /: row of user-list is at 0, store at 1: it is parked: version 1 failed: database-refused \(SQLSTATE 23514.*\) after 5 attempts; 1 event waiting for/,
    );
    const story = JSON.parse((await why(id, '--json')).output) as { aggregates: { groups: unknown[] }[] };
    expect(story.aggregates[0]!.groups).toMatchObject([
      { group: 'user-list', state: 'waits', version: 0, cause: { code: 'parked' } },
      { group: 'user-stats', state: 'up-to-date', version: 1 },
    ]);
  });

  it('tells that a partition is paused, by which error, and when it is tried again', async () => {
    const rename = (from: string, to: string) =>
      withClient(fleet.readStoreUrl, (client) => client.query(`alter table ${from} rename to ${to}`));
    await rename('user_list', 'user_list_away');
    const user = await createUserAt(`${fleet.commandApis[0]!.url}/users`);
    await expectCause(
      user,
      /: row of user-list is at 0, store at 1: partition \d+ of \S+user-events is paused, 42P01: .*, \d+ attempts? failed, (next attempt in \S+ s|it is being tried again)\.$/,
    );
    await rename('user_list_away', 'user_list');
    await expectCause(user, /: the store is at 1, and so are user-list and user-stats\.$/);
  });

  it('tells that the relay is stopped, who held it, and how much waits', async () => {
    const id = await rows.setUp('relay-stopped');
    const screen = await expectCause(
      id,
      /^user \S+: rows of user-list and user-stats are at 0, store at 1: the relay kafka is stopped: no process publishes \(\S+ lost its lease \S+ s ago\); 1 event waiting/,
    );
    expect(screen).toMatch(/\nNo answer from command-api at http/);
    await rows.undo();
    await expectCause(id, /: the store is at 1, and so are user-list and user-stats\.$/);
  });
});

describe('fleet why', () => {
  it('tells the whole way of an event', async () => {
    const url = `${fleet.commandApis[0]!.url}/users`;
    // Just after it stood still, command-api refuses commands for a moment.
    const answer = await eventually(async () => {
      const sent = await send('POST', url, { name: 'Ada', email: 'a@example.org' });
      return sent.status !== 503 && sent;
    });
    expect(answer.status).toBe(201);
    const correlationId = answer.headers.get('x-correlation-id')!;
    await expectCause(correlationId, /: the store is at 1, and so are/);

    const { output } = await why(answer.body.id as string);
    expect(output).toMatch(/\n1 user\.created [0-9a-f-]{36} at .*, trace [0-9a-f]{32}\n/);
    for (const hop of [
      `request +correlation id ${correlationId}`,
      'command +[0-9a-f-]{36}',
      'store +at .*, transaction \\d+, position \\d+',
      'relay kafka +published; \\S+ publishes now',
      'topic +\\S+user-events, partition \\d+, offset \\d+, at ',
      'user-list +applied',
      'user-stats +applied',
    ])
      expect(output).toMatch(new RegExp(`\n  ${hop}`));
    const eventId = /user\.created (\S+)/.exec(output)![1]!;
    expect((await why(eventId)).output.split('\n')[0]).toBe(output.split('\n')[0]);
  });

  it('names each source that does not answer, and tells the rest', async () => {
    const user = await createUserAt(`${fleet.commandApis[0]!.url}/users`);
    await expectCause(user, /: the store is at 1, and so are/);
    const port = await freePort();
    const away = { READ_STORE_URL: `postgres://fleet:secret@127.0.0.1:${port}/none` };
    const noReads = await rows.run([CLI, 'why', user], away);
    expect(noReads.code).toBe(1);
    expect(noReads.output).toMatch(/at an unknown version, store at 1: the read store does not answer/);
    expect(noReads.output).toMatch(/\nNo answer from read store: /);
    expect(noReads.output).toMatch(/relay kafka +published/);
    expect(noReads.output).not.toContain('secret');

    const noKafka = await rows.run([CLI, 'why', user], { KAFKA_BROKERS: `127.0.0.1:${port}` });
    expect(noKafka.output).toMatch(
      /^user \S+: the store is at 1, and so are user-list and user-stats\.\nNo answer from kafka/,
    );

    const noStore = await rows.run([CLI, 'why', user], { EVENT_STORE_URL: away.READ_STORE_URL });
    expect(noStore.output).toMatch(
      /^The event store does not answer .*\nuser-list is at 1\.\nuser-stats is at 1\.\n/,
    );
  });

  it('says that nothing has an id', async () => {
    expect(await why('nobody')).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^No event has this id/),
    });
  });
});

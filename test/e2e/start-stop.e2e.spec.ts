import { statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRabbitmq } from '@eventfleet/embedded';
import { eventually } from '@eventfleet/testing';
import { fleetPlace, FleetStart, running, type FleetPlace } from './support/fleet-start.js';

const rabbitmq = await findRabbitmq(undefined);
const WITHOUT_RABBITMQ = ['command-api', 'fleet', 'kafka', 'postgres', 'projector', 'query-api'];
const WITH_RABBITMQ = [...WITHOUT_RABBITMQ, 'notifier', 'process-manager', 'rabbitmq'].toSorted();
const ALL = 'program' in rabbitmq ? WITH_RABBITMQ : WITHOUT_RABBITMQ;

describe('npm start', () => {
  let place: FleetPlace;
  let start: FleetStart;

  beforeAll(async () => {
    place = await fleetPlace(await mkdtemp(join(tmpdir(), 'fleet-')));
  });
  afterEach(async () => {
    if (running(new Map([...start.pids()].filter(([name]) => name === 'fleet'))).length > 0)
      start.signal('SIGTERM');
    await start.exited();
  }, 60_000);
  afterAll(() => rm(place.dataDir, { recursive: true }));

  const created: { path: string; token: string }[] = [];

  async function createUser(): Promise<void> {
    const number = created.length + 1;
    const response = await fetch(`${place.commandApi}/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: `User ${number}`, email: `user.${number}@example.com` }),
    });
    expect(response.status).toBe(201);
    created.push({
      path: response.headers.get('location') ?? '',
      token: response.headers.get('consistency-token') ?? '',
    });
  }

  async function expectEveryUser(): Promise<void> {
    let statistics: unknown;
    for (const { path, token } of created) {
      const headers = { 'consistency-token': token, prefer: 'wait=20' };
      const response = await fetch(`${place.queryApi}${path}`, { headers });
      expect([path, response.status]).toEqual([path, 200]);
      // A projection of its own: it has to have caught up with each of them too.
      statistics = await (await fetch(`${place.queryApi}/stats/users`, { headers })).json();
    }
    expect(statistics).toMatchObject({ total: created.length, existing: created.length, deleted: 0 });
  }

  /** When a part wrote its last line: that it has stopped. */
  const lastWrite = (name: string) => statSync(join(place.dataDir, 'logs', `${name}.log`)).mtimeMs;

  async function up(): Promise<Map<string, number>> {
    start = new FleetStart(place);
    await start.up();
    const pids = start.pids();
    expect([...pids.keys()].toSorted()).toEqual(ALL);
    expect(running(pids).toSorted()).toEqual(ALL);
    return pids;
  }

  it('brings the fleet up, shows where it is, and stops it on SIGTERM to npm', async () => {
    const pids = await up();
    for (const url of [place.commandApi, place.queryApi]) expect(start.output).toContain(url);
    expect(start.output).toMatch(
      'program' in rabbitmq ? /onboarding +on/ : /onboarding +off: without RabbitMQ/,
    );
    if ('program' in rabbitmq) {
      expect(statSync(join(place.dataDir, 'verification-secret')).mode & 0o777).toBe(0o600);
    }
    await createUser();
    await expectEveryUser();

    start.signal('SIGTERM');

    await expect(start.exited()).resolves.toBe(0);
    expect(running(pids)).toEqual([]);
    expect(start.pids().size).toBe(0);
    expect(Math.max(lastWrite('command-api'), lastWrite('query-api'))).toBeLessThan(lastWrite('projector'));
    expect(lastWrite('projector')).toBeLessThan(Math.min(lastWrite('kafka'), lastWrite('postgres')));
  }, 180_000);

  it('has kept everything, and stops on SIGINT to the group, however often it comes', async () => {
    const pids = await up();
    await expectEveryUser();
    await createUser();

    start.signalGroup('SIGINT');
    start.signalGroup('SIGINT');

    await expect(start.exited()).resolves.toBe(0);
    expect(running(pids)).toEqual([]);
  }, 120_000);

  it('recognises what a killed start left running, stops it, and goes on', async () => {
    const left = await up();
    await createUser();
    start.signalGroup('SIGKILL');
    await expect(start.exited()).resolves.toBe('SIGKILL');
    expect(running(left).toSorted()).toEqual(ALL.filter((name) => name !== 'fleet'));
    // Of a copy that this start does not have, and whose process ended long ago.
    writeFileSync(join(place.dataDir, 'run', 'projector-2.pid'), String(left.get('fleet')));

    const pids = await up();

    expect(start.output).toContain(
      `stopping command-api, left running by an earlier start (pid ${left.get('command-api')})`,
    );
    expect(running(left)).toEqual([]);
    await expectEveryUser();
    start.signal('SIGTERM');
    await expect(start.exited()).resolves.toBe(0);
    expect(running(pids)).toEqual([]);
  }, 180_000);

  it('stops by itself when only npm is killed, and starts a part again that is killed', async () => {
    const pids = await up();
    const projector = pids.get('projector')!;
    process.kill(projector, 'SIGKILL');
    await eventually(() => start.output.includes('projector ended by itself (SIGKILL)'));
    await createUser();
    await eventually(() => (start.pids().get('projector') ?? projector) !== projector);
    await expectEveryUser();

    start.signal('SIGKILL');

    await start.exited();
    await eventually(() => running(pids).length === 0, { deadlineMs: 30_000, describe: 'the stop' });
  }, 120_000);

  it('goes on trying with growing pauses, says why, and stops at once in such a pause', async () => {
    const pids = await up();
    const queryApi = pids.get('query-api')!;
    const holder = createServer((socket) => socket.destroy());
    const held = eventually(
      () =>
        new Promise<true>((resolve, reject) => {
          holder.once('error', reject);
          holder.listen(Number(place.env['QUERY_API_PORT']), '127.0.0.1', () => resolve(true));
        }),
    );
    process.kill(queryApi, 'SIGKILL');
    await held;
    await eventually(() =>
      start.output.includes('query-api ended by itself (exit code 1); starting it again in 2 s'),
    );
    await eventually(() =>
      /query-api ended by itself \(exit code 1\).*in 4 s.*\n.*EADDRINUSE/s.test(start.output),
    );
    await new Promise((resolve) => holder.close(resolve));
    await eventually(() => start.output.includes('query-api is ready again'), { deadlineMs: 30_000 });

    process.kill(start.pids().get('query-api')!, 'SIGKILL');
    await eventually(() => /\(SIGKILL\); starting it again in 8 s/.test(start.output));
    const asked = performance.now();
    start.signalGroup('SIGINT');
    await expect(start.exited()).resolves.toBe(0);
    expect(performance.now() - asked).toBeLessThan(20_000);
    expect(start.output).not.toContain('starting it again in 16 s');
    expect(running(pids)).toEqual([]);
  }, 120_000);

  it('leaves onboarding off where it is told to, and says so', async () => {
    start = new FleetStart(place, { ONBOARDING: 'off' });
    await start.up();

    expect(start.output).toMatch(/onboarding +off: ONBOARDING is off/);
    expect([...start.pids().keys()]).not.toContain('process-manager');
    start.signal('SIGTERM');
    await expect(start.exited()).resolves.toBe(0);
  }, 120_000);

  it('names the part that fails with the reason, and leaves nothing running', async () => {
    const port = place.env['QUERY_API_PORT'] ?? '';
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(Number(port), '127.0.0.1', resolve));

    start = new FleetStart(place);
    const code = await start.exited().finally(() => holder.close());

    expect(code).toBe(1);
    expect(start.output).toContain(`query-api did not start: port ${port} is taken`);
    expect(start.output).toContain('QUERY_API_PORT');
    expect(start.pids().size).toBe(0);
  }, 60_000);

  it('shows the last lines of a part that dies at its start', async () => {
    start = new FleetStart(place, { USER_EVENTS_PARTITIONS: '4' });

    await expect(start.exited()).resolves.toBe(1);

    expect(start.output).toMatch(/migrations failed: exit code 1\n.*USER_EVENTS_PARTITIONS/s);
    expect(start.pids().size).toBe(0);
  }, 60_000);
});

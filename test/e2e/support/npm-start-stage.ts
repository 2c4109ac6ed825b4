import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRabbitmq } from '@eventfleet/embedded';
import { fleetPlace, FleetStart, running, type FleetPlace } from './fleet-start.js';
import { CACHE } from './own-kafka.js';
import { request } from './request.js';

const rabbitmq = await findRabbitmq(undefined);
export const hasRabbitmq = 'program' in rabbitmq;

const WITHOUT_RABBITMQ = ['command-api', 'console', 'fleet', 'kafka', 'postgres', 'projector', 'query-api'];
const WITH_RABBITMQ = [...WITHOUT_RABBITMQ, 'notifier', 'process-manager', 'rabbitmq'].toSorted();

/** The names of the processes that `npm start` runs on this machine. */
export const ALL_PROCESSES: readonly string[] = hasRabbitmq ? WITH_RABBITMQ : WITHOUT_RABBITMQ;

/** One data folder in which `npm start` runs again and again, and the users who were created in it. */
export class NpmStartStage {
  readonly #created: { path: string; token: string }[] = [];
  #start: FleetStart | undefined;

  private constructor(readonly place: FleetPlace) {}

  static async open(): Promise<NpmStartStage> {
    const dataDir = await mkdtemp(join(tmpdir(), 'fleet-'));
    // What this checkout has fetched before is not fetched again.
    if (existsSync(CACHE)) await symlink(CACHE, join(dataDir, 'cache'));
    return new NpmStartStage(await fleetPlace(dataDir));
  }

  /** Only runs the command. */
  run(env: Readonly<Record<string, string>> = {}, options: readonly string[] = []): FleetStart {
    this.#start = new FleetStart(this.place, env, options);
    return this.#start;
  }

  /** Runs the command, and returns once all of its processes are up. */
  async up(): Promise<{ start: FleetStart; pids: Map<string, number> }> {
    const start = this.run();
    await start.up();
    const pids = start.pids();
    expect([...pids.keys()].toSorted()).toEqual(ALL_PROCESSES);
    expect(running(pids).toSorted()).toEqual(ALL_PROCESSES);
    return { start, pids };
  }

  async createUser(): Promise<void> {
    const number = this.#created.length + 1;
    const response = await request(`${this.place.commandApi}/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: `User ${number}`, email: `user.${number}@example.com` }),
    });
    expect(response.status).toBe(201);
    this.#created.push({
      path: response.headers.get('location') ?? '',
      token: response.headers.get('consistency-token') ?? '',
    });
  }

  async expectEveryUser(): Promise<void> {
    let statistics: unknown;
    for (const { path, token } of this.#created) {
      const headers = { 'consistency-token': token, prefer: 'wait=20' };
      const response = await request(`${this.place.queryApi}${path}`, { headers });
      expect([path, response.status]).toEqual([path, 200]);
      // A projection of its own: it has to have caught up with each of them too.
      statistics = await (await request(`${this.place.queryApi}/stats/users`, { headers })).json();
    }
    const total = this.#created.length;
    expect(statistics).toMatchObject({ total, existing: total, deleted: 0 });
  }

  /** Stops what a failed test left running. */
  async stopStart(): Promise<void> {
    const start = this.#start;
    if (!start) return;
    const fleet = [...start.pids()].filter(([name]) => name === 'fleet');
    if (running(new Map(fleet)).length > 0) start.signal('SIGTERM');
    await start.exited();
  }

  async close(): Promise<void> {
    await rm(this.place.dataDir, { recursive: true });
  }
}

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@eventfleet/testing';
import { BUSY_MS } from '../e2e/support/busy-machine.js';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { send, type Answer } from '../e2e/support/http.js';
import { startOwnPostgres, type OwnPostgres } from '../e2e/support/own-postgres.js';
import { expectProblem } from '../e2e/support/problem.js';
import { emailOf } from '../e2e/support/users.js';

let dataDir: string;
let postgres: OwnPostgres;
let fleet: Fleet;
let created = 0;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'eventfleet-postgres-'));
  postgres = await startOwnPostgres(join(dataDir, 'read'));
  fleet = await startFleet('read-down', {
    projectors: 1,
    queryApis: 1,
    env: { READ_STORE_URL: postgres.database('read') },
  });
});
afterAll(async () => {
  await fleet.stop();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const query = (path: string, headers: Record<string, string> = {}) =>
  send('GET', fleet.queryApis[0]!.url + path, undefined, headers);

async function create(): Promise<{ id: string; token: Record<string, string> }> {
  const id = randomUUID();
  const user = { id, name: 'Ada', email: emailOf(id) };
  const from = performance.now();
  const answer = await send('POST', `${fleet.commandApis[0]!.url}/users`, user);
  expect(answer.status).toBe(201);
  expect(performance.now() - from).toBeLessThan(2_000 + BUSY_MS);
  created++;
  return { id, token: { 'Consistency-Token': answer.headers.get('consistency-token')! } };
}

async function timely(answer: Promise<Answer>): Promise<Answer> {
  const from = performance.now();
  await answer;
  expect(performance.now() - from).toBeLessThan(2_000 + BUSY_MS);
  return answer;
}

/** What a client sees of an outage, from its first moment on. */
async function expectDegraded(known: string, token: Record<string, string>, deleted: string): Promise<void> {
  const cached = await timely(query(`/users/${known}`));
  expect(cached).toMatchObject({ status: 200, body: { id: known, version: 1 } });
  expect(cached.headers.get('age')).toMatch(/^\d+$/);
  expect(cached.headers.get('cache-status')).toMatch(/^eventfleet-query-api; hit; ttl=\d+; detail=/);
  expect(cached.headers.get('etag')).toBe('"1"');
  const unchanged = await timely(query(`/users/${known}`, { 'If-None-Match': '"1"' }));
  expect([unchanged.status, unchanged.headers.has('age')]).toEqual([304, true]);

  const refused = await Promise.all(
    [
      query(`/users/${known}`, token),
      query(`/users/${deleted}`),
      query(`/users/${randomUUID()}`),
      query('/users'),
      query('/stats/users'),
    ].map(timely),
  );
  for (const answer of refused) {
    expectProblem(answer, 503, 'read-store-unavailable');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  }
}

/** Also where more ask than there are connections, again and again. */
async function expectTimelyForMany(id: string): Promise<void> {
  const client = async () => {
    for (let n = 0; n < 4; n++)
      expect((await timely(query(n % 2 ? `/users/${id}` : '/users'))).status).toBe(n % 2 ? 200 : 503);
  };
  await Promise.all(Array.from({ length: 24 }, client));
}

/** Nothing stands in any more, and what was commanded meanwhile is there. */
async function expectRecovered(known: string, meanwhile: { id: string; token: Record<string, string> }) {
  await eventually(
    async () =>
      (await query(`/users/${meanwhile.id}`, { ...meanwhile.token, Prefer: 'wait=10' })).status === 200,
    { deadlineMs: 60_000, describe: 'the projector to go on' },
  );
  const fresh = await query(`/users/${known}`);
  expect([fresh.status, fresh.headers.has('age'), fresh.headers.has('cache-status')]).toEqual([
    200,
    false,
    false,
  ]);
  await eventually(async () => (await query('/stats/users')).body.total === created);
}

describe('the read store is away', () => {
  it('frozen, then stopped: commands go on, single users are answered from memory, all else is refused', async () => {
    const [known, deleted] = [await create(), await create()];
    expect((await query(`/users/${known.id}`, known.token)).status).toBe(200);
    expect((await query(`/users/${deleted.id}`, deleted.token)).status).toBe(200);
    const gone = await send('DELETE', `${fleet.commandApis[0]!.url}/users/${deleted.id}`);
    const goneToken = { 'Consistency-Token': gone.headers.get('consistency-token')! };
    expect((await query(`/users/${deleted.id}`, goneToken)).status).toBe(404);
    await eventually(async () => (await query('/stats/users', goneToken)).status === 200);

    postgres.freeze();
    await expectDegraded(known.id, known.token, deleted.id);
    await expectTimelyForMany(known.id);
    const duringFreeze = await create();
    postgres.thaw();
    await expectRecovered(known.id, duringFreeze);

    await postgres.stop();
    await expectDegraded(known.id, known.token, deleted.id);
    const duringStop = await create();
    postgres = await startOwnPostgres(join(dataDir, 'read'), postgres.port);
    await expectRecovered(known.id, duringStop);
  });
});

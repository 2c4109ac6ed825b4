import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { eventually } from '@eventfleet/testing';
import { BUSY_MS } from '../e2e/support/busy-machine.js';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { send, type Answer } from '../e2e/support/http.js';
import { startOwnPostgres, type OwnPostgres } from '../e2e/support/own-postgres.js';
import { expectProblem } from '../e2e/support/problem.js';
import { emailOf } from '../e2e/support/users.js';

const CLIENTS = 16;

let dataDir: string;
let postgres: OwnPostgres;
let fleet: Fleet;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'eventfleet-postgres-'));
  postgres = await startOwnPostgres(join(dataDir, 'store'));
  fleet = await startFleet('store-down', { env: { EVENT_STORE_URL: postgres.database('store') } });
});
afterAll(async () => {
  await fleet.stop();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

interface Sent {
  readonly id: string;
  readonly answer: Answer;
  readonly tookMs: number;
}

async function create(id: string): Promise<Answer> {
  const user = { id, name: 'Ada', email: emailOf(id) };
  return send('POST', `${fleet.commandApis[0]!.url}/users`, user, { 'Idempotency-Key': id });
}

/** Clients that send one command after the other until they are stopped. */
function startClients(): { sent: Sent[]; stop(): Promise<void> } {
  const sent: Sent[] = [];
  let running = true;
  const client = async () => {
    while (running) {
      const id = randomUUID();
      const from = performance.now();
      const answer = await create(id);
      sent.push({ id, answer, tookMs: performance.now() - from });
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  return {
    sent,
    async stop() {
      running = false;
      await Promise.all(clients);
    },
  };
}

const refusals = (sent: readonly Sent[]) => sent.filter(({ answer }) => answer.status !== 201);

async function outage(
  begin: () => void | Promise<void>,
  end: () => void | Promise<void>,
): Promise<readonly Sent[]> {
  const clients = startClients();
  await eventually(() => clients.sent.length > 3 * CLIENTS);
  await begin();
  // Everyone is refused again and again: those who were under way, those behind them, and those who come later.
  await eventually(() => refusals(clients.sent).length > 3 * CLIENTS, { deadlineMs: 30_000 });
  await end();
  const refused = refusals(clients.sent).length;
  await eventually(() => clients.sent.length > refused + 6 * CLIENTS, { deadlineMs: 30_000 });
  await clients.stop();
  return clients.sent;
}

/** Each refusal came in time; and its key tells, whatever became of it, the one true outcome. */
async function expectOneOutcomeEach(sent: readonly Sent[]): Promise<void> {
  for (const { answer, tookMs } of refusals(sent)) {
    expectProblem(answer, 503, 'event-store-unavailable');
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(tookMs).toBeLessThan(2_000 + BUSY_MS);
  }
  const repeated = await Promise.all(sent.map(({ id }) => create(id)));
  expect(new Set(repeated.map(({ status, body }) => `${status} ${String(body.version)}`))).toEqual(
    new Set(['201 1']),
  );
  const store = new pg.Client({ connectionString: postgres.database('store') });
  await store.connect();
  const stored = await store.query<{ aggregate_id: string }>('select aggregate_id from events');
  await store.end();
  const ids = new Set(stored.rows.map((row) => row.aggregate_id));
  expect(ids.size).toBe(stored.rows.length);
  for (const { id } of sent) expect(ids).toContain(id);
}

describe('the event store is away', () => {
  it('frozen: every command is answered in time, and its key tells what became of it', async () => {
    await expectOneOutcomeEach(
      await outage(
        () => postgres.freeze(),
        () => postgres.thaw(),
      ),
    );
  });

  it('stopped and started: the same, and connections come back by themselves', async () => {
    await expectOneOutcomeEach(
      await outage(
        async () => void (await postgres.stop()),
        async () => void (postgres = await startOwnPostgres(join(dataDir, 'store'), postgres.port)),
      ),
    );
  });
});

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@eventfleet/testing';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';
import { send, type Answer } from '../e2e/support/http.js';
import { startOwnKafka, type OwnKafka } from '../e2e/support/own-kafka.js';
import { expectProblem } from '../e2e/support/problem.js';
import { countRepeatsInOrder, readUserEvents } from '../e2e/support/topic.js';
import { emailOf } from '../e2e/support/users.js';

const LIMIT = 60;
/** What may still be accepted until a copy has seen that the limit is passed. */
const SLACK = 200;

let dataDir: string;
let kafka: OwnKafka;
let fleet: Fleet;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'eventfleet-kafka-'));
  kafka = await startOwnKafka(join(dataDir, 'kafka'));
  fleet = await startFleet('kafka-down', {
    commandApis: 2,
    env: { KAFKA_BROKERS: kafka.brokers, RELAY_BACKLOG_LIMIT: String(LIMIT) },
  });
});
afterAll(async () => {
  await fleet.stop();
  await kafka.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const users = (copy: number) => `${fleet.commandApis[copy]!.url}/users`;

function create(copy: number): Promise<Answer> {
  const id = randomUUID();
  return send('POST', users(copy), { id, name: 'Ada', email: emailOf(id) });
}

async function rename(copy: number, id: string, name: string): Promise<Answer> {
  return send('PUT', `${users(copy)}/${id}`, { name });
}

describe('Kafka is away', () => {
  it('commands go on to the limit of the backlog, and again once Kafka is back; all arrives in order', async () => {
    const first = await create(0);
    const id = String(first.body.id);
    await eventually(async () => (await readUserEvents(fleet.env)).length === 1, { deadlineMs: 30_000 });
    await kafka.stop();

    let stored = 1;
    let refused: Answer | undefined;
    while (!refused && stored < 10 * LIMIT) {
      const answer = stored % 2 ? await rename(0, id, `Ada ${stored}`) : await create(1);
      if (answer.status < 300) stored++;
      else refused = answer;
    }
    expectProblem(refused!, 503, 'overloaded');
    expect(refused!.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(stored - 1).toBeGreaterThan(LIMIT);
    expect(stored - 1).toBeLessThan(LIMIT + SLACK);
    await eventually(async () => {
      const statuses = await Promise.all([0, 1].map(async (copy) => (await create(copy)).status));
      stored += statuses.filter((status) => status === 201).length;
      return statuses.every((status) => status === 503);
    });
    expect((await send('GET', `${fleet.commandApis[0]!.url}/health/ready`)).status).toBe(200);

    kafka = await startOwnKafka(join(dataDir, 'kafka'), kafka.port);
    for (const copy of [0, 1]) {
      await eventually(async () => (await create(copy)).status === 201, { deadlineMs: 60_000 });
      stored++;
    }
    const events = await eventually(
      async () => {
        const found = await readUserEvents(fleet.env);
        return new Set(found.map(({ eventId }) => eventId)).size >= stored && found;
      },
      { deadlineMs: 60_000, describe: 'everything in Kafka' },
    );
    countRepeatsInOrder(events);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(stored);
  });
});

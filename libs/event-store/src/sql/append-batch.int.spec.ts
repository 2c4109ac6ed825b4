import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { isConflict } from '@eventfleet/postgres';
import { startEventStore, type EventStoreFixture } from '../event-store.fixture.js';
import type { AppendBatch } from './append-batch.js';

let store: EventStoreFixture;
beforeAll(async () => {
  store = await startEventStore();
});
afterAll(() => store.close());

const answerTo = (key: string) => ({ scope: 'http', key, fingerprint: 'f', answer: '{}' });
const claimOf = (key: string) => ({ scope: 'user-email', key, aggregateId: randomUUID() });

describe('a batch with a key that is taken', () => {
  it.each<[string, (key: string) => AppendBatch]>([
    ['claim', (key) => ({ events: [], takenClaims: [claimOf(key)] })],
    ['claim for a moment', (key) => ({ events: [], transientClaims: [claimOf(key)] })],
    ['claim twice', (key) => ({ events: [], takenClaims: [claimOf(`${key}.2`), claimOf(`${key}.2`)] })],
    ['idempotency key', (key) => ({ events: [], idempotencyAnswers: [answerTo(key)] })],
  ])('writes nothing, and does not make the server tell the %s', async (_, batchOf) => {
    const key = `${randomUUID()}@example.org`;
    const { eventStore } = store.copy();
    await eventStore.appendBatch({
      events: [],
      takenClaims: [claimOf(key)],
      idempotencyAnswers: [answerTo(key)],
    });
    const batch = batchOf(key);
    const own = claimOf(randomUUID());
    const answers = [...(batch.idempotencyAnswers ?? []), answerTo(own.key)];
    // What the client is told is what the server writes into its log.
    const refusal: unknown = await eventStore
      .appendBatch({
        ...batch,
        takenClaims: [...(batch.takenClaims ?? []), own],
        idempotencyAnswers: answers,
      })
      .catch((error: unknown) => error);
    expect(isConflict(refusal)).toBe(true);
    expect(inspect(refusal, { showHidden: true })).not.toContain(key);
    expect(await eventStore.readClaims([own])).toEqual([]);
    expect(await eventStore.readIdempotencyAnswers([own])).toEqual([]);
  });
});

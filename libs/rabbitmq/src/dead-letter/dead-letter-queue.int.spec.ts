import { createSecretKey } from 'node:crypto';
import { toAmqpMessage, verifyAmqpMessage, type RecordedEvent } from '@eventfleet/contracts';
import { describeWithRabbitmq, eventually } from '@eventfleet/testing';
import { ensureQueues } from '../ensure-queues.js';
import { deadLetter, ack, retry } from '../consumer/message-disposition.js';
import {
  createPublisher,
  publish,
  QUEUE,
  removeTopology,
  startConsumer,
  testSettings,
  waitingIn,
} from '../rabbitmq.fixture.js';
import { queueNames } from '../topology.js';
import { describeDeadLetterQueue, readQueuedDeadLetter } from './dead-letter-queue.js';
import { retryQueuedDeadLetter, retryQueuedDeadLetters } from './retry-dead-letters.js';

const signedEvent: RecordedEvent = {
  eventId: '0190b6e8-0000-7000-8000-00000000000e',
  type: 'user.created',
  schemaVersion: 1,
  aggregateType: 'user',
  aggregateId: '0190b6e8-0000-7000-8000-000000000001',
  version: 3,
  globalPosition: '9007199254740993',
  occurredAt: '2026-01-02T03:04:05.678Z',
  data: '{"id":"x","name":"Zoë"}',
  correlationId: 'größe',
  causationId: 'cause',
  traceparent: '',
};

describeWithRabbitmq('a dead letter queue', (url) => {
  let settings: ReturnType<typeof testSettings>;

  beforeEach(() => (settings = testSettings(url)));
  afterEach(() => removeTopology(settings));

  async function makeDeadLetters(count: number): Promise<string[]> {
    const consumer = await startConsumer(settings, async () => deadLetter('bad', 'of no use'), {
      prefetch: 1,
    });
    const ids = await publish(settings, count);
    await eventually(async () => (await waitingIn(settings, QUEUE.deadLetterQueue)) === count);
    await consumer.close();
    return ids;
  }

  it('is made with its queue, once', async () => {
    await expect(describeDeadLetterQueue(settings, QUEUE)).resolves.toBeUndefined();
    await expect(ensureQueues(settings, [QUEUE])).resolves.toEqual(
      queueNames(QUEUE).map((name) => settings.prefix + name),
    );
    await expect(ensureQueues(settings, [QUEUE])).resolves.toEqual([]);
  });

  it('is looked at, and keeps everything in its place', async () => {
    const [first, second] = await makeDeadLetters(2);
    for (let look = 0; look < 2; look++) {
      await expect(describeDeadLetterQueue(settings, QUEUE)).resolves.toMatchObject({
        queue: settings.prefix + QUEUE.deadLetterQueue,
        waiting: 2,
        oldest: { messageId: first, error: { code: 'bad', message: 'of no use' } },
      });
      await expect(readQueuedDeadLetter(settings, QUEUE, second!)).resolves.toMatchObject({
        messageId: second,
      });
      await eventually(async () => (await waitingIn(settings, QUEUE.deadLetterQueue)) === 2);
    }
    await expect(readQueuedDeadLetter(settings, QUEUE, 'none')).rejects.toMatchObject({
      code: 'dead-letter-missing',
    });
  });

  it('keeps a signature good, over retries too, and when it is put back', async () => {
    const signingKey = { kid: 'k', secret: createSecretKey(Buffer.alloc(32, 1)) };
    const { content, ...message } = toAmqpMessage(signedEvent, signingKey);
    const seen: [attempts: number, isVerified: boolean][] = [];
    let isBroken = true;
    const consumer = await startConsumer(settings, async (each) => {
      seen.push([each.attempts, verifyAmqpMessage(each, [signingKey])]);
      if (!isBroken) return ack;
      return each.attempts < 2 ? retry() : deadLetter('bad', 'of no use');
    });
    const publisher = createPublisher(settings);
    await publisher.publish(QUEUE.exchange, [{ ...message, content: Buffer.from(content) }]);
    await publisher.close();
    await eventually(async () => (await waitingIn(settings, QUEUE.deadLetterQueue)) === 1);
    const letter = await readQueuedDeadLetter(settings, QUEUE, signedEvent.eventId);
    expect(verifyAmqpMessage(letter, [signingKey])).toBe(true);

    isBroken = false;
    await retryQueuedDeadLetter(settings, QUEUE, signedEvent.eventId);
    await eventually(() => seen.length === 4);
    await consumer.close();
    expect(seen).toEqual([0, 1, 2, 0].map((attempts) => [attempts, true]));
  });

  it('is put back, one or all of it, as it was before it failed', async () => {
    const ids = await makeDeadLetters(3);

    await retryQueuedDeadLetter(settings, QUEUE, ids[1]!);
    await eventually(async () => (await waitingIn(settings, QUEUE.deadLetterQueue)) === 2);
    await expect(waitingIn(settings, QUEUE.name)).resolves.toBe(1);
    await expect(retryQueuedDeadLetters(settings, QUEUE)).resolves.toBe(2);

    const seen: [string | undefined, number, string[]][] = [];
    const consumer = await startConsumer(
      settings,
      async ({ messageId, attempts, headers }) => {
        seen.push([messageId, attempts, Object.keys(headers)]);
        return ack;
      },
      { prefetch: 1 },
    );
    await eventually(() => seen.length === 3);
    await consumer.close();
    expect(seen).toEqual([ids[1], ids[0], ids[2]].map((id) => [id, 0, ['cloudEvents:type']]));
    await expect(waitingIn(settings, QUEUE.deadLetterQueue)).resolves.toBe(0);
  });
});

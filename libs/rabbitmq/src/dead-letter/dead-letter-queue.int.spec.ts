import { describeWithRabbitmq, eventually } from '@eventfleet/testing';
import { ensureQueues } from '../ensure-queues.js';
import { deadLetter, ack } from '../consumer/outcome.js';
import {
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

describeWithRabbitmq('a dead letter queue', (url) => {
  let settings: ReturnType<typeof testSettings>;

  beforeEach(() => (settings = testSettings(url)));
  afterEach(() => removeTopology(settings));

  async function bury(count: number): Promise<string[]> {
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
    const [first, second] = await bury(2);
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

  it('is put back, one or all of it, as it was before it failed', async () => {
    const ids = await bury(3);

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

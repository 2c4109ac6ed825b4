import { createRequire } from 'node:module';
import { jest } from '@jest/globals';
import { eventually } from '@eventfleet/testing';
import { startTestKafka } from '../../kafka.fixture.js';
import { publish, startConsumer, valuesOf } from '../../consumer/batch-consumer.fixture.js';

/** Has kafkajs believe, so many times, that a group has no coordinator, as while Kafka stops or starts. */
function withoutCoordinator(times: number): { restore(): void } {
  const require = createRequire(import.meta.url);
  const Cluster = require('kafkajs/src/cluster') as { prototype: Record<string, unknown> };
  const { KafkaJSGroupCoordinatorNotFound: NotFound } = require('kafkajs/src/errors') as Record<
    string,
    new (message: string) => Error
  >;
  const spy = jest.spyOn(
    Cluster.prototype as { findGroupCoordinator(): Promise<unknown> },
    'findGroupCoordinator',
  );
  for (let n = 0; n < times; n++)
    spy.mockRejectedValueOnce(new NotFound!('Failed to find group coordinator'));
  return { restore: () => spy.mockRestore() };
}

describe('a consumer whose group has no coordinator for a moment', () => {
  it('comes back', async () => {
    const test = await startTestKafka('coordinator');
    await publish(test, 0, ['c']);
    const coordinator = withoutCoordinator(2);
    const { fatal, batches, close } = await startConsumer(test);
    try {
      await eventually(() => valuesOf(batches, 0).length === 1, { deadlineMs: 20_000 });

      expect(fatal).toEqual([]);
    } finally {
      coordinator.restore();
      await close();
    }
  });
});

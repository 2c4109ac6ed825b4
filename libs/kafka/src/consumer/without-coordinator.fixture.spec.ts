import { createRequire } from 'node:module';
import { jest } from '@jest/globals';

/** Has kafkajs believe, so many times, that a group has no coordinator, as while Kafka stops or starts. */
export function withoutCoordinator(times: number): { restore(): void } {
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

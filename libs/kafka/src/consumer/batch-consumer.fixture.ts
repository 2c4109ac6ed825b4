import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import { eventually } from '@eventfleet/testing';
import { silent, type TestKafka } from '../kafka.fixture.js';
import { countMembers } from '../kafkajs/admin.fixture.js';
import { createPublisher } from '../kafkajs/create-publisher.js';
import { readGroupOffsets, saveGroupOffset } from '../kafkajs/admin/group-offsets.js';
import { KafkaBatchStrategy } from './kafka-batch.strategy.js';
import { BatchPattern } from './batch-pattern.decorator.js';
import type { ConsumerTuning } from './consumer-tuning.js';
import type { BatchHandler, MessageBatch } from './message-batch.js';

export const GROUP = 'test-group';

export interface TestConsumer {
  readonly strategy: KafkaBatchStrategy;
  /** What the handler has been given, also where it failed. */
  readonly batches: MessageBatch[];
  readonly fatal: Error[];
  close(): Promise<void>;
}

export const allOf: BatchHandler = async ({ lastOffset }) => ({ next: lastOffset + 1n });

/** A Nest microservice with one handler of `user-events`, as an app would have it. */
export async function startConsumer(
  { kafka, settings }: TestKafka,
  handle: BatchHandler = allOf,
  tuning: Partial<ConsumerTuning> = {},
  begin: BatchHandler = allOf,
): Promise<TestConsumer> {
  const batches: MessageBatch[] = [];
  const fatal: Error[] = [];

  @Controller()
  class TestController {
    @BatchPattern({ topic: 'user-events', group: GROUP })
    async handle(@Payload() batch: MessageBatch) {
      if (batch.messages.length === 0) return begin(batch);
      batches.push(batch);
      return handle(batch);
    }
  }

  @Module({ controllers: [TestController] })
  class TestModule {}

  const strategy = new KafkaBatchStrategy({
    kafka,
    settings,
    logger: silent,
    onFatal: (error) => fatal.push(error),
    tuning: { maxWaitMs: 100, heartbeatIntervalMs: 500, ...tuning },
  });
  const app = await NestFactory.createMicroservice(TestModule, { strategy, logger: false });
  await app.listen();
  return { strategy, batches, fatal, close: () => app.close() };
}

/** The values of a partition in the order in which they were handled. */
export function valuesOf(batches: readonly MessageBatch[], partition: number): string[] {
  return batches
    .filter((batch) => batch.partition === partition)
    .flatMap(({ messages }) => messages.map(({ value }) => String(value)));
}

export async function publish(
  { kafka, topic }: TestKafka,
  partition: number,
  values: readonly string[],
): Promise<void> {
  const publisher = createPublisher(kafka);
  await publisher.publish(
    topic,
    values.map((value) => ({ partition, key: `key-${partition}`, value, headers: {} })),
  );
  await publisher.disconnect();
}

export function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}

/** The group's offsets as Kafka has them, by partition; -1 where nothing is committed. */
export async function committedOffsets({ kafka, settings, topic }: TestKafka): Promise<Map<number, bigint>> {
  const offsets = await readGroupOffsets(kafka, `${settings.topicPrefix}${GROUP}`, topic);
  return new Map([...offsets].map(([partition, { offset }]) => [partition, offset]));
}

/** Commits for a group that has no members. */
export async function commitOffset(test: TestKafka, partition: number, offset: bigint): Promise<void> {
  const { kafka, settings, topic } = test;
  const commit = { topic, partition, offset, metadata: '' };
  await saveGroupOffset(kafka, `${settings.topicPrefix}${GROUP}`, commit);
}

/** Waits until every member has left. */
export async function groupIsEmpty({ kafka, settings }: TestKafka): Promise<void> {
  await eventually(async () => (await countMembers(kafka, `${settings.topicPrefix}${GROUP}`)) === 0);
}

import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { RabbitmqSettings } from '@eventfleet/config';
import type { WorkQueue } from '@eventfleet/contracts';
import { uniquePrefix } from '@eventfleet/testing';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload } from '@nestjs/microservices';
import amqplib, { type Channel } from 'amqplib';
import { pino } from 'pino';
import {
  RabbitmqQueueStrategy,
  type RabbitmqQueueStrategyOptions,
} from './consumer/rabbitmq-queue.strategy.js';
import type { QueueHandler, QueueMessage } from './consumer/queue-message.js';
import { QueuePattern } from './consumer/queue-pattern.decorator.js';
import type { OutgoingMessage } from './outgoing-message.js';
import { RabbitmqPublisher } from './publisher.js';
import { queueNames, withPrefix } from './topology.js';

export const QUEUE: WorkQueue = {
  name: 'work',
  exchange: 'events',
  routingKeys: ['user.*'],
  retryTiers: [
    { name: 'short', delayMs: 50 },
    { name: 'long', delayMs: 300 },
  ],
  deadLetterQueue: 'work.dead-letter',
};

export function testSettings(url: string): RabbitmqSettings {
  return { url, prefix: uniquePrefix('rabbitmq') };
}

export interface TestConsumer {
  readonly strategy: RabbitmqQueueStrategy;
  close(): Promise<void>;
}

/** A Nest microservice with one handler of `QUEUE`, as an app would have it. */
export async function startConsumer(
  settings: RabbitmqSettings,
  handle: QueueHandler,
  options: Partial<RabbitmqQueueStrategyOptions> = {},
): Promise<TestConsumer> {
  @Controller()
  class TestController {
    @QueuePattern({ queue: QUEUE })
    async handle(@Payload() message: QueueMessage) {
      return handle(message);
    }
  }

  @Module({ controllers: [TestController] })
  class TestModule {}

  const logger = pino({ level: 'silent' });
  const strategy = new RabbitmqQueueStrategy({ settings, name: 'test', logger, ...options });
  const app = await NestFactory.createMicroservice(TestModule, { strategy, logger: false });
  await app.listen();
  return { strategy, close: () => app.close() };
}

export function createPublisher(settings: RabbitmqSettings, timeoutMs = 5_000): RabbitmqPublisher {
  return new RabbitmqPublisher({
    settings,
    name: 'test',
    exchanges: [QUEUE.exchange],
    queues: [QUEUE],
    timeoutMs,
  });
}

export function messages(count: number, routingKey = 'user.created'): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    routingKey,
    content: Buffer.from(String(index)),
    messageId: randomUUID(),
    contentType: 'application/json',
    headers: { 'cloudEvents:type': routingKey },
  }));
}

/** Publishes, on a connection of its own, and returns the messages' ids. */
export async function publish(settings: RabbitmqSettings, count: number): Promise<string[]> {
  const publisher = createPublisher(settings);
  const sent = messages(count);
  await publisher.publish(QUEUE.exchange, sent);
  await publisher.close();
  return sent.map(({ messageId }) => messageId!);
}

export async function onChannel<T>(
  { url }: RabbitmqSettings,
  work: (channel: Channel) => Promise<T>,
): Promise<T> {
  const connection = await amqplib.connect(url);
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    return await work(channel);
  } finally {
    await connection.close();
  }
}

/** How many messages wait in one of the queues. */
export function waitingIn(settings: RabbitmqSettings, name: string): Promise<number> {
  return onChannel(settings, async (channel) => {
    return (await channel.checkQueue(withPrefix(settings, name))).messageCount;
  });
}

export async function removeTopology(settings: RabbitmqSettings): Promise<void> {
  await onChannel(settings, async (channel) => {
    for (const name of queueNames(QUEUE)) await channel.deleteQueue(withPrefix(settings, name));
    await channel.deleteExchange(withPrefix(settings, QUEUE.exchange));
  });
}

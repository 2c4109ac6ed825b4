import { eventually } from '@eventfleet/testing';
import { userCommands, userEvents } from '@eventfleet/contracts';
import { KafkaError } from '../kafka.errors.js';
import { silent, startTestKafka, type TestKafka } from '../kafka.fixture.js';
import { describeTopic } from '../kafkajs/admin/describe-topic.js';
import { deleteTopics } from '../kafkajs/admin/list-topics.js';
import { ensureTopics, fleetTopics } from '../topics.js';
import {
  allOf,
  GROUP,
  groupIsEmpty,
  numbered,
  publish,
  startConsumer,
  type TestConsumer,
  valuesOf,
} from './batch-consumer.fixture.js';
import { KafkaBatchStrategy } from './kafka-batch.strategy.js';
import type { BatchHandler, MessageBatch } from './message-batch.js';

describe('a consumer and its topic', () => {
  let test: TestKafka;
  const started: TestConsumer[] = [];

  beforeAll(async () => {
    test = await startTestKafka('topic-watch');
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((consumer) => consumer.close()));
  });

  it('waits while the topic is not there yet', async () => {
    const later = {
      ...test,
      settings: { ...test.settings, topicPrefix: `${test.settings.topicPrefix}later-` },
    };
    const consumer = await startConsumer(later);
    started.push(consumer);
    await eventually(() => consumer.strategy.health()[0]?.state === 'waiting-for-topics');

    const [spec] = fleetTopics(later.settings);
    await ensureTopics(test.kafka, fleetTopics(later.settings), later.settings);
    await publish({ ...later, topic: spec?.name ?? '' }, 1, ['first']);

    await eventually(() => consumer.batches.length > 0);

    expect(valuesOf(consumer.batches, 1)).toEqual(['first']);
  });

  it('notices that the topic has become another one, and reads it from where its handler begins', async () => {
    await publish(test, 0, numbered('l', 5));
    const fromTheStart: BatchHandler = async () => ({ next: 0n });
    const consumer = await startConsumer(test, allOf, { watchIntervalMs: 200 }, fromTheStart);
    started.push(consumer);
    const { batches } = consumer;
    await eventually(() => valuesOf(batches, 0).length === 5);
    const before = batches[0]?.identity;

    await deleteTopics(test.kafka, [test.topic]);
    await eventually(isMissing);
    await ensureTopics(test.kafka, fleetTopics(test.settings), test.settings);
    const now = await describeTopic(test.kafka, test.topic);
    // The consumer may read this before it notices, and commit its offset.
    await publish(test, 0, ['m']);
    const renewed = () => batches.filter(({ identity }) => identity.topicId === now.topicId);
    await eventually(() => renewed().length > 0, { deadlineMs: 30_000 });

    expect(before?.topicId).not.toBe(now.topicId);
    expect(valuesOf(renewed(), 0)).toEqual(['m']);
  });

  it('leaves no consumer behind where two topics of a group have become others at once', async () => {
    const [events, commands] = fleetTopics(test.settings);
    const topics = [events, commands].flatMap((topic) => topic ?? []);
    await ensureTopics(test.kafka, topics, test.settings);
    const seen: MessageBatch[] = [];
    const tuning = { maxWaitMs: 100, watchIntervalMs: 200 };
    const strategy = new KafkaBatchStrategy({ ...test, logger: silent, onFatal: () => undefined, tuning });
    for (const topic of [userEvents.topic, userCommands.topic]) {
      const handler = async (batch: MessageBatch) => {
        seen.push(batch);
        return batch.messages.length === 0 ? { next: 0n } : allOf(batch);
      };
      strategy.addHandler(topic, handler, true, { topic, group: GROUP });
    }
    strategy.listen(() => undefined);
    await eventually(() => strategy.health()[0]?.state === 'running');

    await deleteTopics(
      test.kafka,
      topics.map(({ name }) => name),
    );
    await eventually(isMissing);
    await ensureTopics(test.kafka, topics, test.settings);
    for (const { name } of topics) {
      const { topicId } = await describeTopic(test.kafka, name);
      await eventually(() => seen.some(({ identity }) => identity.topicId === topicId), {
        deadlineMs: 30_000,
      });
    }
    await strategy.close();

    await groupIsEmpty(test);
  });

  function isMissing(): Promise<boolean> {
    return describeTopic(test.kafka, test.topic).then(
      () => false,
      (error: unknown) => error instanceof KafkaError && error.code === 'topic-missing',
    );
  }
});

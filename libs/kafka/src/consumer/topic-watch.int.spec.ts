import { jest } from '@jest/globals';
import { eventually } from '@eventfleet/testing';
import { startTestKafka, type TestKafka } from '../kafka.fixture.spec.js';
import { describeTopic } from '../topic-identity.js';
import { ensureTopics, fleetTopics } from '../topics.js';
import {
  allOf,
  numbered,
  publish,
  startConsumer,
  type TestConsumer,
  valuesOf,
} from './batch-consumer.fixture.spec.js';

jest.setTimeout(40_000);

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

  it('notices that the topic has become another one, and reads it from its beginning', async () => {
    await publish(test, 0, numbered('l', 5));
    const consumer = await startConsumer(test, allOf, { watchIntervalMs: 200 });
    started.push(consumer);
    const { batches } = consumer;
    await eventually(() => valuesOf(batches, 0).length === 5);
    const before = batches[0]?.identity;

    const admin = test.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [test.topic] });
    await admin.disconnect();
    await ensureTopics(test.kafka, fleetTopics(test.settings), test.settings);
    const now = await describeTopic(test.kafka, test.topic);
    await publish(test, 0, ['m']);
    await eventually(() => batches.some(({ identity }) => identity.topicId === now.topicId), {
      deadlineMs: 30_000,
    });

    expect(before?.topicId).not.toBe(now.topicId);
    const renewed = batches.filter(({ identity }) => identity.topicId === now.topicId);
    expect(valuesOf(renewed, 0)).toEqual(['m']);
  });
});

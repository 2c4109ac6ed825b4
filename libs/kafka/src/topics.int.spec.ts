import { eventually } from '@eventfleet/testing';
import { startTestKafka, type TestKafka } from './kafka.fixture.js';
import { topicConfig } from './kafkajs/admin.fixture.js';
import { describeTopic } from './kafkajs/admin/describe-topic.js';
import { endOffsets } from './kafkajs/admin/end-offsets.js';
import { deleteTopics } from './kafkajs/admin/list-topics.js';
import { isSameTopic } from './topic-identity.js';
import { ensureTopics, fleetTopics } from './topics.js';

describe('topics', () => {
  let test: TestKafka;
  beforeAll(async () => {
    test = await startTestKafka('topics');
  });

  it('are made once, and user events are kept for ever', async () => {
    const { kafka, settings, topic } = test;
    const rest = await ensureTopics(kafka, fleetTopics(settings), settings);
    expect(rest.map((name) => name.slice(settings.topicPrefix.length))).toEqual([
      'user-commands',
      'user-command-replies',
      'notification-events',
      'fleet-notices',
      'command-api.dead-letter',
      'user-list.dead-letter',
      'user-stats.dead-letter',
      'onboarding.dead-letter',
    ]);
    expect(await ensureTopics(kafka, fleetTopics(settings), settings)).toEqual([]);

    const config = await topicConfig(kafka, topic, ['retention.ms', 'min.insync.replicas']);
    expect(config).toMatchObject({ 'retention.ms': '-1', 'min.insync.replicas': '1' });
  });

  it('are served once they are made, also while others are being made', async () => {
    const { kafka, settings } = test;
    const make = async (_: unknown, index: number) => {
      const name = `${settings.topicPrefix}at-once-${index}`;
      expect(await ensureTopics(kafka, [{ name, partitions: 12, config: {} }], settings)).toEqual([name]);
      expect((await endOffsets(kafka, name)).size).toBe(12);
    };
    await Promise.all(Array.from({ length: 8 }, make));
  });

  it('refuse another number of partitions, naming the variable', async () => {
    const settings = { ...test.settings, partitions: 6 };

    await expect(ensureTopics(test.kafka, fleetTopics(settings), settings)).rejects.toMatchObject({
      code: 'partition-count-mismatch',
      message: expect.stringContaining('3 partitions, USER_EVENTS_PARTITIONS says 6'),
    });
  });

  it('that the cluster refuses are an error that says why', async () => {
    const settings = {
      ...test.settings,
      topicPrefix: `${test.settings.topicPrefix}r3-`,
      replicationFactor: 3,
    };

    await expect(ensureTopics(test.kafka, fleetTopics(settings), settings)).rejects.toMatchObject({
      code: 'topic-refused',
      message: expect.stringContaining('KAFKA_REPLICATION_FACTOR=3'),
    });
  });

  it('have an identity that stays, until the topic is made anew', async () => {
    const { kafka, settings, topic } = test;
    const identity = await describeTopic(kafka, topic);
    expect(identity).toEqual({
      clusterId: expect.stringMatching(/^[\w-]{22}$/),
      topicId: expect.stringMatching(/^[\w-]{22}$/),
      partitions: 3,
    });
    expect(await describeTopic(kafka, topic)).toEqual(identity);

    await deleteTopics(kafka, [topic]);
    // The broker is informed later: until then it describes the old topic.
    await eventually(() =>
      describeTopic(kafka, topic).then(
        () => false,
        (error: { code?: string }) => error.code === 'topic-missing',
      ),
    );

    await ensureTopics(kafka, fleetTopics(settings), settings);
    const remade = await describeTopic(kafka, topic);
    expect(remade.clusterId).toBe(identity.clusterId);
    expect(isSameTopic(remade, identity)).toBe(false);
  });
});

import { startTestKafka, type TestKafka } from '../../kafka.fixture.js';
import { ensureTopics } from '../../topics.js';
import { describeCluster } from './describe-cluster.js';
import { describeReplication } from './describe-replication.js';
import { describeTopic } from './describe-topic.js';

describe('what a cluster promises', () => {
  let test: TestKafka;
  beforeAll(async () => {
    test = await startTestKafka('replication');
  });

  it('is described by its identity, its brokers, and the levels of its features', async () => {
    const { clusterId, brokers, features } = await describeCluster(test.kafka);

    expect(clusterId).toBe((await describeTopic(test.kafka, test.topic)).clusterId);
    expect(brokers).toBe(1);
    // Kafka 4 begins above 21, the level of 3.9; the lowest that it supports is 7.
    expect(features?.get('metadata.version')).toBeGreaterThan(21);
  });

  it('is described for each topic that exists: its own settings and those of the cluster', async () => {
    const { kafka, settings, topic } = test;
    const short = { name: `${settings.topicPrefix}short`, partitions: 2, config: { 'retention.ms': '5000' } };
    await ensureTopics(kafka, [short], settings);

    const found = await describeReplication(kafka, [topic, `${topic}-not-there`, short.name]);

    const partition = { leader: 1, replicas: [1], inSync: [1] };
    expect([...found.keys()].toSorted()).toEqual([short.name, topic]);
    expect(found.get(topic)).toMatchObject({
      partitions: [partition, partition, partition],
      config: { 'retention.ms': '-1', 'unclean.leader.election.enable': 'false' },
    });
    expect(found.get(short.name)).toMatchObject({
      partitions: [partition, partition],
      config: { 'retention.ms': '5000', 'min.insync.replicas': '1' },
    });
    expect(await describeReplication(kafka, [`${topic}-not-there`])).toEqual(new Map());
  });
});

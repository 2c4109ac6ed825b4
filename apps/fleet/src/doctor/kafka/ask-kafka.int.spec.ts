import type { KafkaSettings } from '@eventfleet/config';
import { fleetTopics, type TopicSpec } from '@eventfleet/kafka';
import { ask } from '@eventfleet/resilience';
import { makeTopics, testKafkaSettings } from '../doctor.fixture.js';
import { askKafka } from './ask-kafka.js';
import { judgeKafka } from './judge-kafka.js';

const DEADLINE_MS = 30_000;
/** By a Kafka of a test run, and by one without an authoriser. */
const NO_RULE = expect.stringMatching(/no ACL allows a write|no authoriser/) as unknown;

/** What is not ok: check, value, verdict, and the topics without prefix where it is about some of them. */
async function faults(settings: KafkaSettings) {
  const findings = judgeKafka(settings.brokers, await ask(() => askKafka(settings, DEADLINE_MS)));
  return findings
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ check, value, verdict, topics = [] }) => [
      check,
      value,
      verdict,
      topics.map((topic) => topic.slice(settings.topicPrefix.length)),
    ]);
}

describe('what a Kafka promises', () => {
  it('is ok as the fleet makes its topics, but for what one broker without rules cannot promise', async () => {
    const settings = testKafkaSettings();
    await makeTopics(settings, fleetTopics(settings));
    expect(await faults(settings)).toEqual([
      ['replication factor', '1', 'risk', []],
      ['who may write events', NO_RULE, 'risk', []],
    ]);
  });

  it('is wrong where topics are missing, or lose events', async () => {
    const settings = testKafkaSettings();
    const [events, commands] = fleetTopics(settings) as [TopicSpec, TopicSpec];
    const config = {
      'unclean.leader.election.enable': 'true',
      'retention.ms': '86400000',
      'cleanup.policy': 'compact,delete',
      'compression.type': 'zstd',
      'max.message.bytes': '1000',
      'min.insync.replicas': '2',
    };
    await makeTopics(settings, [
      { ...events, config },
      { name: commands.name, partitions: 3, config: { 'retention.ms': '3600000' } },
    ]);
    expect(await faults(settings)).toEqual([
      ['topics', expect.stringContaining('user-command-replies'), 'wrong', []],
      ['partitions', '3', 'wrong', ['user-commands']],
      ['replication factor', '1', 'risk', []],
      ['min.insync.replicas', '2', 'wrong', ['user-events']],
      ['in-sync replicas', '2 partitions below min.insync.replicas', 'wrong', ['user-events']],
      ['unclean leader election', 'allowed', 'wrong', ['user-events']],
      ['retention', '1 d', 'wrong', ['user-events']],
      ['retention', '1 h', 'risk', ['user-commands']],
      ['cleanup.policy', 'compact,delete', 'wrong', ['user-events']],
      ['compression.type', 'zstd', 'risk', ['user-events']],
      ['max.message.bytes', '1000', 'risk', ['user-events']],
      ['who may write events', NO_RULE, 'risk', []],
    ]);
  });
});

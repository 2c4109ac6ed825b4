import type { ClusterDescription } from '@eventfleet/kafka';
import type { Part } from '@eventfleet/resilience';
import { ok, wrong, type Finding, type Judgement } from '../finding.js';
import { judgePart } from '../judge-part.js';
import { judgeEachTopic } from './judge-each-topic.js';
import { judgeInSync, judgeMinInSync, judgeReplicas } from './judge-replication.js';
import {
  judgeCleanup,
  judgeCompression,
  judgeMessageBytes,
  judgePartitions,
  judgeRetention,
  judgeUncleanElection,
} from './judge-settings.js';
import { judgeWriters } from './judge-writers.js';
import type { KafkaFacts, ObservedTopic, TopicFacts, TopicWriters } from './kafka-facts.js';

const AREA = 'kafka';

const TOPIC_CHECKS: Readonly<Record<string, (topic: ObservedTopic) => Judgement>> = {
  partitions: judgePartitions,
  'replication factor': judgeReplicas,
  'min.insync.replicas': judgeMinInSync,
  'in-sync replicas': judgeInSync,
  'unclean leader election': judgeUncleanElection,
  retention: judgeRetention,
  'cleanup.policy': judgeCleanup,
  'compression.type': judgeCompression,
  'max.message.bytes': judgeMessageBytes,
};

/** @param brokers where Kafka is looked for */
export function judgeKafka(brokers: readonly string[], part: Part<KafkaFacts>): Finding[] {
  const address = brokers.join(', ');
  if (!part.ok) {
    const advice =
      'Nothing else could be checked. Start the brokers, or correct KAFKA_BROKERS and the KAFKA_SASL variables.';
    return [{ area: AREA, check: 'reachable', ...wrong(`${address}: ${part.reason}`, advice) }];
  }
  const { cluster, topics, writers } = part.value;
  return [
    { area: AREA, check: 'reachable', ...ok(address) },
    { area: AREA, check: 'cluster', ...judgeCluster(cluster) },
    { area: AREA, check: 'version', ...judgeFeatures(cluster) },
    ...(topics.ok ? judgeTopics(topics.value) : [unknown('topics', topics)]),
    ...(writers.ok ? judgeAllWriters(writers.value) : [unknown(WRITERS, writers)]),
  ];
}

const WRITERS = 'who may write events';

function unknown(check: string, part: Part<unknown>): Finding {
  return { area: AREA, check, ...judgePart(part, () => ok('')) };
}

function judgeCluster({ clusterId, brokers }: ClusterDescription): Judgement {
  return ok(`${clusterId}, ${brokers} ${brokers === 1 ? 'broker' : 'brokers'}`);
}

/** Brokers tell the levels of their features, and no version. */
function judgeFeatures({ features = new Map() }: ClusterDescription): Judgement {
  const levels = [...features].map(([name, level]) => `${name} ${level}`).toSorted();
  return ok(['unknown', ...levels].join(', '));
}

function judgeTopics({ missing, found }: TopicFacts): Finding[] {
  const names = missing.map(({ name }) => name);
  const existence =
    names.length === 0
      ? ok(`all ${found.length} exist`)
      : wrong(`missing: ${names.join(', ')}`, 'What is published to them waits: npm run fleet -- migrate');
  return [
    { area: AREA, check: 'topics', ...existence },
    ...Object.entries(TOPIC_CHECKS).flatMap(([check, judge]) =>
      judgeEachTopic(check, found, ({ spec }) => spec.name, judge),
    ),
  ];
}

function judgeAllWriters(writers: readonly TopicWriters[]): Finding[] {
  return judgeEachTopic(WRITERS, writers, ({ topic }) => topic, judgeWriters);
}

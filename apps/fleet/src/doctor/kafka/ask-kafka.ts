import type { KafkaSettings } from '@eventfleet/config';
import {
  createKafka,
  describeCluster,
  describeReplication,
  fleetTopics,
  readWriteAcl,
  type Kafka,
  type TopicSpec,
} from '@eventfleet/kafka';
import { askWithin, withDeadline } from '@eventfleet/resilience';
import { pino } from 'pino';
import { isEventTopic, type KafkaFacts, type TopicFacts, type TopicWriters } from './kafka-facts.js';

/**
 * @param deadlineMs for each question
 * @throws Error of the client or DeadlineExceeded, if no broker answers
 */
export async function askKafka(settings: KafkaSettings, deadlineMs: number): Promise<KafkaFacts> {
  const kafka = createKafka(settings, 'eventfleet-cli', pino({ level: 'silent' }));
  const specs = fleetTopics(settings);
  const cluster = await withDeadline(describeCluster(kafka), deadlineMs);
  const [topics, writers] = await Promise.all([
    askWithin(deadlineMs, () => readTopics(kafka, specs)),
    askWithin(deadlineMs, () => readWriters(kafka, specs.filter(isEventTopic))),
  ]);
  return { cluster, topics, writers };
}

async function readTopics(kafka: Kafka, specs: readonly TopicSpec[]): Promise<TopicFacts> {
  const found = await describeReplication(
    kafka,
    specs.map(({ name }) => name),
  );
  return {
    missing: specs.filter(({ name }) => !found.has(name)),
    found: specs.flatMap((spec) => {
      const topic = found.get(spec.name);
      return topic ? [{ spec, ...topic }] : [];
    }),
  };
}

async function readWriters(kafka: Kafka, specs: readonly TopicSpec[]): Promise<TopicWriters[]> {
  const found: TopicWriters[] = [];
  for (const { name } of specs) found.push({ topic: name, rules: await readWriteAcl(kafka, name) });
  return found;
}

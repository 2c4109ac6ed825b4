import { WORK_QUEUES } from '@eventfleet/contracts';
import { describeTopology } from '@eventfleet/rabbitmq';
import { ask, askWithin } from '@eventfleet/resilience';
import type { FleetConfig } from '../fleet.config.js';
import { addressOf } from './address-of.js';
import type { Finding } from './finding.js';
import { judgeNode } from './judge-node.js';
import { askKafka } from './kafka/ask-kafka.js';
import { judgeKafka } from './kafka/judge-kafka.js';
import { askPostgres } from './postgres/ask-postgres.js';
import { judgePostgres, judgeServers } from './postgres/judge-postgres.js';
import { judgeRabbitmq } from './rabbitmq/judge-rabbitmq.js';

const DEADLINE_MS = 10_000;

/**
 * Asks every server at the same time, and judges what each promises. One that does not answer is a finding itself.
 * @param deadlineMs for each server; Kafka is asked twice, and may take twice as long
 */
export async function examine(config: FleetConfig, deadlineMs = DEADLINE_MS): Promise<Finding[]> {
  const { eventStoreUrl, readStoreUrl, kafka, rabbitmq } = config;
  const [eventStore, readStore, kafkaFacts, topology] = await Promise.all([
    askWithin(deadlineMs, () => askPostgres('event store', eventStoreUrl)),
    askWithin(deadlineMs, () => askPostgres('read store', readStoreUrl)),
    ask(() => askKafka(kafka, deadlineMs)),
    rabbitmq && askWithin(deadlineMs, () => describeTopology(rabbitmq, WORK_QUEUES)),
  ]);
  const kids = config.personalDataKeys.map(({ kid }) => kid);
  return [
    ...judgePostgres('event store', addressOf(eventStoreUrl), eventStore, kids),
    ...judgePostgres('read store', addressOf(readStoreUrl), readStore),
    ...judgeServers(eventStore, readStore),
    ...judgeKafka(kafka.brokers, kafkaFacts),
    ...judgeRabbitmq(rabbitmq && addressOf(rabbitmq.url), topology),
    judgeNode(process.versions.node),
  ];
}

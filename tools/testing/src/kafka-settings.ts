import { testServers } from './test-servers.config.js';
import { uniquePrefix } from './unique-prefix.js';

/** Of the test cluster, with a topic prefix that nobody else uses. */
export function testKafkaSettings(name: string, partitions = 1) {
  return {
    brokers: testServers().kafkaBrokers.split(','),
    ssl: false,
    replicationFactor: 1,
    topicPrefix: uniquePrefix(name),
    partitions,
    sessionTimeoutMs: 10_000,
  };
}

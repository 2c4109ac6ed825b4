import type { Part } from '@eventfleet/resilience';
import { judgeKafka } from './judge-kafka.js';
import type { KafkaFacts } from './kafka-facts.js';
import { observedTopic } from './observed-topic.fixture.js';

const sound: KafkaFacts = {
  cluster: { clusterId: 'c', brokers: 3, features: new Map([['metadata.version', 30]]) },
  topics: { ok: true, value: { missing: [], found: [observedTopic()] } },
  writers: {
    ok: true,
    value: [{ topic: 'user-events', rules: [{ principal: 'User:relay', host: '*', allows: true }] }],
  },
};
const judged = (facts: Partial<KafkaFacts> = {}) =>
  judgeKafka(['a:1', 'b:1'], { ok: true, value: { ...sound, ...facts } });
const silent: Part<never> = { ok: false, reason: 'no answer' };
const faults = (facts: Partial<KafkaFacts>) => judged(facts).filter(({ verdict }) => verdict !== 'ok');

describe('a Kafka cluster', () => {
  it('is ok throughout if nothing is the matter', () => {
    expect(faults({})).toEqual([]);
    expect(judged().map(({ check, value }) => `${check}: ${value}`)).toEqual(
      expect.arrayContaining([
        'reachable: a:1, b:1',
        'cluster: c, 3 brokers',
        'version: unknown, metadata.version 30',
      ]),
    );
  });

  it('is of an unknown version if it tells nothing of it', () => {
    const cluster = { clusterId: 'c', brokers: 1, features: undefined };
    expect(judged({ cluster })).toContainEqual(
      expect.objectContaining({ check: 'version', value: 'unknown' }),
    );
  });

  it('is one wrong line if it cannot be reached', () => {
    expect(judgeKafka(['a:1', 'b:1'], silent)).toMatchObject([
      { check: 'reachable', verdict: 'wrong', value: 'a:1, b:1: no answer' },
    ]);
  });

  it('is wrong without a topic of the fleet, and judged by those that are there', () => {
    const { spec } = observedTopic();
    const missing = faults({
      topics: { ok: true, value: { missing: [spec], found: [observedTopic({ replicas: 1 })] } },
    });
    expect(missing).toMatchObject([
      { check: 'topics', verdict: 'wrong', value: 'missing: user-events' },
      { check: 'replication factor', verdict: 'risk' },
      { check: 'min.insync.replicas', verdict: 'wrong' },
      { check: 'in-sync replicas', verdict: 'wrong' },
    ]);
  });

  it('is judged by the rest if a question has no answer', () => {
    expect(faults({ topics: silent })).toMatchObject([{ check: 'topics', verdict: 'risk' }]);
    expect(faults({ writers: silent })).toMatchObject([{ check: 'who may write events', verdict: 'risk' }]);
  });
});

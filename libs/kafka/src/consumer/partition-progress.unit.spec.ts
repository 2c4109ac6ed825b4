import { pino } from 'pino';
import { createKafka } from '../kafka-client.js';
import { KafkaError } from '../kafka.errors.js';
import { silent } from '../kafka.fixture.js';
import type { MessageBatch } from './message-batch.js';
import { PartitionProgress } from './partition-progress.js';

const batch: MessageBatch = {
  topic: 'user-events',
  partition: 0,
  identity: { clusterId: 'cluster', topicId: 'topic', partitions: 1 },
  messages: [],
  firstOffset: 7n,
  lastOffset: 7n,
  highWatermark: 8n,
};
const outage = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const refused = () => Object.assign(new Error('violates a check'), { code: '23514', severity: 'ERROR' });
const attempt = () => new KafkaError('attempt-failed', 'user-events/0/7: attempt 1 of 5');

describe('PartitionProgress', () => {
  let failures: unknown[];
  let progress: PartitionProgress;

  beforeEach(() => {
    failures = [];
    const lines = { write: (line: string) => void failures.push(JSON.parse(line).failures) };
    const settings = { brokers: ['127.0.0.1:1'], ssl: false, replicationFactor: 1, sessionTimeoutMs: 10_000 };
    const kafka = createKafka({ ...settings, topicPrefix: '', userEventsPartitions: 1 }, 'test', silent);
    progress = new PartitionProgress({
      consumer: kafka.consumer({ groupId: 'test' }),
      group: 'test',
      closing: new AbortController().signal,
      logger: pino({ level: 'error' }, lines),
      onHung: () => undefined,
    });
  });
  afterEach(() => progress.pause([]));

  it.each([
    ['an event that the database refuses', refused],
    ['a bug', () => new TypeError('of undefined')],
    ['a record of a group without a database', attempt],
  ])('tells an outage from %s, and counts each by itself', (_, fault) => {
    for (const error of [outage(), outage(), outage(), fault(), fault(), outage()])
      progress.failed(batch, error);

    expect(failures).toEqual([1, 2, 3, 1, 2, 1]);
  });
});

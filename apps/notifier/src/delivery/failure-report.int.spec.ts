import { randomUUID } from 'node:crypto';
import { kafkaSettings, kafkaVariables, loadConfig } from '@eventfleet/config';
import { notificationEvents, notificationId, userEvents } from '@eventfleet/contracts';
import { createKafka, ensureTopics, endOffsets, partitionOf } from '@eventfleet/kafka';
import { recordedHistory, testServers, uniquePrefix } from '@eventfleet/testing';
import { pino } from 'pino';
import { z } from 'zod';
import { FailureReport } from './failure-report.js';

const PARTITIONS = 5;

it('goes to the partition of its key in the topic as it is, whatever the settings say', async () => {
  const prefix = uniquePrefix('failure-report');
  const env = {
    KAFKA_BROKERS: testServers().kafkaBrokers,
    KAFKA_REPLICATION_FACTOR: '1',
    KAFKA_TOPIC_PREFIX: prefix,
    USER_EVENTS_PARTITIONS: '12',
  };
  const settings = kafkaSettings(loadConfig(z.object(kafkaVariables), env));
  const kafka = createKafka(settings, 'test', pino({ level: 'silent' }));
  const topic = `${prefix}${notificationEvents.topic}`;
  await ensureTopics(kafka, [{ name: topic, partitions: PARTITIONS, config: {} }], settings);
  const expected = new Map(Array.from({ length: PARTITIONS }, (_, partition) => [partition, 0]));
  const report = new FailureReport(kafka, settings, undefined);

  for (let count = 0; count < 10; count += 1) {
    const userId = randomUUID();
    const data = { id: userId, name: 'Ann', email: 'ann@example.org' };
    const [event] = recordedHistory(userEvents, userId, [{ type: 'user.created', data }]);
    const { eventId } = event!;
    const partition = partitionOf(notificationId(eventId, 'welcome'), PARTITIONS);
    expected.set(partition, expected.get(partition)! + 1);
    await report.publish({
      event: event!,
      eventId,
      mail: 'welcome',
      reason: 'refused',
      decidedAt: new Date(),
    });
  }
  await report.disconnect();

  const ends = await endOffsets(kafka, topic);
  expect(new Map([...ends].map(([partition, { end }]) => [partition, Number(end)]))).toEqual(expected);
});

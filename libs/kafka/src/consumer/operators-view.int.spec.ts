import { eventually } from '@eventfleet/testing';
import { startTestKafka, type TestKafka } from '../kafka.fixture.js';
import { describeGroups } from '../kafkajs/admin/describe-group.js';
import { visitLogSince } from '../kafkajs/admin/visit-log-since.js';
import { GROUP, publish, startConsumer, valuesOf } from './batch-consumer.fixture.js';

let test: TestKafka;
let group: string;
beforeAll(async () => {
  test = await startTestKafka('operators');
  group = `${test.settings.topicPrefix}${GROUP}`;
});

describe('what operators see', () => {
  it('is who consumes which partition, which of them is stopped, why, and until when', async () => {
    expect(await describeGroups(test.kafka, [group])).toEqual(
      new Map([[group, { state: 'Dead', members: [] }]]),
    );
    await publish(test, 0, ['bad']);
    const { strategy, close } = await startConsumer(test, () => {
      throw Object.assign(new Error('a name'), { code: '23514' });
    });

    await eventually(() => strategy.details().stopped.length > 0);

    const [stop] = strategy.details().stopped;
    expect(stop).toMatchObject({
      group,
      topic: test.topic,
      partition: 0,
      kind: 'record',
      error: { code: '23514' },
    });
    expect(JSON.stringify(stop)).not.toContain('a name');
    expect(Date.parse(stop!.nextAttemptAt)).toBeGreaterThan(Date.now() - 60_000);
    const described = (await describeGroups(test.kafka, [group])).get(group);
    expect(described).toMatchObject({
      state: 'Stable',
      members: [{ assignment: { [test.topic]: [0, 1, 2] } }],
    });
    await close();
  });

  it('is a log from a time on', async () => {
    await publish(test, 1, ['early 1', 'early 2']);
    const { batches, close } = await startConsumer(test);
    await eventually(() => valuesOf(batches, 1).length === 2);
    await close();
    const times = batches.flatMap(({ messages }) => messages.map(({ timestamp }) => timestamp));
    await eventually(() => Date.now() > Math.max(...times));
    const since = Date.now();
    await publish(test, 1, ['late 1', 'late 2', 'late 3']);

    const seen: string[] = [];
    const visit = ({ value }: { value: Buffer | null }) => void seen.push(String(value));
    await visitLogSince(test.kafka, { topic: test.topic, partition: 1, since, limit: 2 }, visit);
    expect(seen).toEqual(['late 1', 'late 2']);
    await visitLogSince(
      test.kafka,
      { topic: test.topic, partition: 1, since: Date.now() + 60_000, limit: 2 },
      visit,
    );
    expect(seen).toHaveLength(2);
  });
});

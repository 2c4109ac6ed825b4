import { randomUUID } from 'node:crypto';
import { toCloudEvent, userEvents, type UserEvent } from '@eventfleet/contracts';
import { createKafka, endOffsets, ensureTopics, fleetTopics } from '@eventfleet/kafka';
import { recordedHistory, sendCompressed, testKafkaSettings } from '@eventfleet/testing';
import { pino } from 'pino';
import { visitLost, type PublishedEvent, type PublishedRange, type VisitLost } from './published-log.js';

const settings = testKafkaSettings('published-log');
const kafka = createKafka(settings, 'test', pino({ level: 'silent' }));
const [userTopic] = fleetTopics(settings);
const topic = userTopic!.name;
const emptyStore = { findUnknown: <T>(references: readonly T[]) => Promise.resolve(references) };

const id = randomUUID();
const renamed = (name: string): UserEvent => ({ type: 'user.updated', data: { id, name } });
const created: UserEvent = { type: 'user.created', data: { id, name: 'Ann', email: `${id}@example.org` } };
const [first, ...later] = recordedHistory(userEvents, id, [created, ...['B', 'C', 'D', 'E'].map(renamed)]);

beforeAll(async () => {
  await ensureTopics(kafka, [userTopic!], settings);
  const send = (value: Buffer | string, headers = {}) =>
    sendCompressed('zstd', [{ topic, partition: 0, key: id, value, headers }]);
  await send(toCloudEvent(first!).value, toCloudEvent(first!).headers);
  await send(Buffer.alloc(30_000_000, ' '));
  for (const event of later) {
    const { value, headers } = toCloudEvent(event);
    await send(value + ' '.repeat(2_500_000), headers);
  }
});

async function visit(onLost: VisitLost): Promise<number[][]> {
  const visited: number[][] = [];
  const ends = new Map([...(await endOffsets(kafka, topic))].map(([partition, { end }]) => [partition, end]));
  const decider = { catalog: userEvents } as Partial<PublishedRange['decider']> as PublishedRange['decider'];
  const from = new Map([[0, 0n]]);
  const range = { decider, topic, topicId: '', clusterId: '', from, ends, witnessed: new Map() };
  const versionsOf = (lost: readonly PublishedEvent[]) => lost.map(({ event }) => event.version);
  await visitLost(
    kafka,
    emptyStore,
    () => true,
    range,
    (lost) => {
      visited.push(versionsOf(lost));
      return onLost(lost);
    },
  );
  return visited;
}

describe('the published events that a store lacks', () => {
  it('come a few at a time if they are large, whatever else others wrote between them', async () => {
    expect(await visit(() => Promise.resolve())).toEqual([[1, 2, 3], [4, 5]]); // prettier-ignore
  });

  it('are read no further than they are asked for', async () => {
    expect(await visit(() => Promise.resolve(false))).toEqual([[1, 2, 3]]);
  });
});

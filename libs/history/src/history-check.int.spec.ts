import { randomUUID } from 'node:crypto';
import { toCloudEvent, userEvents } from '@eventfleet/contracts';
import { EventStore, migrateEventStore } from '@eventfleet/event-store';
import {
  createKafka,
  createPublisher,
  ensureTopics,
  FLEET_NOTICES_TOPIC,
  fleetTopics,
  readLogTail,
} from '@eventfleet/kafka';
import type { Checkpoint } from '@eventfleet/outbox-relay';
import { createPool } from '@eventfleet/postgres';
import { createTestDatabase, eventually, recordedHistory, testKafkaSettings } from '@eventfleet/testing';
import { pino } from 'pino';
import type { AnyDecider } from './adopt-events.js';
import { HistoryCheck } from './history-check.js';

const logger = pino({ level: 'silent' });
const settings = testKafkaSettings('history-check');
const { topicPrefix } = settings;
const kafka = createKafka(settings, 'test', logger);
const decider: AnyDecider = {
  catalog: userEvents,
  initialState: {},
  stateVersion: 1,
  evolve: (state) => state,
  claims: () => [],
};
const id = randomUUID();
const events = recordedHistory(userEvents, id, [
  { type: 'user.created', data: { id, name: 'Ann', email: `${id}@example.org` } },
  { type: 'user.updated', data: { id, name: 'Anna' } },
]);

async function notices(): Promise<unknown[]> {
  const log = await readLogTail(kafka, topicPrefix + FLEET_NOTICES_TOPIC, new Map([[0, 0n]]));
  return (log.get(0) ?? []).map(({ value }) => JSON.parse(String(value)) as unknown);
}

it('an attempt that ended before its events could be published again is taken up by the next one', async () => {
  const database = await createTestDatabase('history_check', migrateEventStore);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 4, pipeline: true });
  await ensureTopics(kafka, fleetTopics(settings), settings);
  const publisher = createPublisher(kafka);
  const topic = topicPrefix + userEvents.topic;
  await publisher.publish(
    topic,
    events.map((event) => ({ ...toCloudEvent(event), partition: 0, key: id })),
  );
  await publisher.disconnect();
  await pool.query('update history set timeline = timeline + 1');
  const check = new HistoryCheck({ pool, kafka, topicPrefix, signingKeys: [], deciders: [decider], logger });
  const checkpoint = { targetState: undefined } as Partial<Checkpoint> as Checkpoint;
  const saved: unknown[] = [];
  const save = (state: unknown) => Promise.resolve(void saved.push(state));

  const coordinator = { deadlineMs: 30_000, describe: 'the coordinator of the group of the relay' };
  await eventually(async () => !(await check.hasLostEvents()), coordinator);
  await expect(check.run(checkpoint, () => Promise.reject(new Error('killed')))).rejects.toThrow('killed');
  expect(await new EventStore(pool).readStream({ aggregateType: 'user', aggregateId: id })).toHaveLength(2);
  await check.run(checkpoint, save);
  await check.run(checkpoint, save);

  expect(saved).toMatchObject([{ topics: { [topic]: { next: ['2'] } } }]);
  const notice = { aggregateType: 'user', aggregateId: id, change: 'adopted', versions: [1, 2] };
  expect(await notices()).toEqual([notice, notice]);

  await pool.end();
  await database.drop();
});

import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import {
  fromUserCommand,
  toCloudEvent,
  userCommands,
  userEvents,
  type RecordedEvent,
  type UserCommandContent,
  type UserEvent,
} from '@eventfleet/contracts';
import { EventStore, migrateEventStore } from '@eventfleet/event-store';
import { createHttpApp } from '@eventfleet/http';
import {
  createKafka,
  createPublisher,
  ensureTopics,
  fleetTopics,
  readLogTail,
  withPrefix,
} from '@eventfleet/kafka';
import { KafkaBatchStrategy } from '@eventfleet/kafka/nest';
import { createPool } from '@eventfleet/postgres';
import { migrateProcessManagers, type ProcessManager } from '@eventfleet/process-managers';
import { createTestDatabase, eventually, recordedHistory, testKafkaSettings } from '@eventfleet/testing';
import type pg from 'pg';
import { pino } from 'pino';
import { PROCESS_MANAGER_STORE } from './connections.module.js';
import { onboarding } from './onboarding/onboarding.process-manager.js';
import { ProcessManagerModule } from './process-manager.module.js';

const logger = pino({ level: 'silent' });

/** All that another saga takes: shouting a user's name until it is loud, a moment after each change. */
const shouting: ProcessManager<{ readonly name: string }, UserEvent, UserCommandContent, 'shout'> = {
  name: 'shouting',
  sources: [userEvents],
  commands: userCommands,
  instanceOf: ({ aggregateId }) => aggregateId,
  react(state, message) {
    switch (message.type) {
      case 'user.created':
      case 'user.updated':
        return {
          state: { name: message.data.name ?? state?.name ?? '' },
          timers: { shout: message.occurredAt },
          commands: [
            { type: 'update-user', aggregateId: message.data.id, data: { name: `${message.data.name}!` } },
          ],
        };
      case 'timer':
        return { state };
      case 'user.email-verified':
      case 'user.verification-reminded':
      case 'user.deactivated':
      case 'user.deleted':
      case 'user.erased':
        return { state: undefined };
    }
  },
};

it('a second saga runs beside the first: on the same events, with state, timers and commands of its own', async () => {
  const database = await createTestDatabase('second', migrateEventStore, migrateProcessManagers);
  const settings = testKafkaSettings('second');
  const kafka = createKafka(settings, 'test', logger);
  await ensureTopics(kafka, fleetTopics(settings), settings);
  const config = {
    host: '127.0.0.1',
    port: 0,
    failpoint: undefined,
    logLevel: 'silent' as const,
    eventStoreUrl: database.url,
    kafka: settings,
    signingKeys: [],
    personalDataKeys: [],
    maxAttempts: 3,
    onboardingTimeoutMs: 1_000,
  };
  const module = ProcessManagerModule.forRoot(config, logger, [onboarding(1_000), shouting]);
  const app = await createHttpApp({ module, logger });
  app.connectMicroservice({ strategy: app.get(KafkaBatchStrategy) });
  const pool = app.get<pg.Pool>(PROCESS_MANAGER_STORE);
  const eventStore = new EventStore(
    createPool({ url: database.url, applicationName: 'test', max: 1, pipeline: true }),
  );
  const publisher = createPublisher(kafka);
  try {
    await app.listen(0, config.host);
    await app.startAllMicroservices();
    const id = randomUUID();
    // Long ago: the onboarding's time is over at once.
    const [created] = recordedHistory<UserEvent>(userEvents, id, [
      { type: 'user.created', data: { id, name: 'Ada', email: 'ada@example.org', status: 'pending' } },
    ]) as [RecordedEvent];
    await eventStore.appendBatch({ events: [created] });
    const message = { partition: 0, ...toCloudEvent(created) };
    await publisher.publish(withPrefix(settings, userEvents.topic), [message]);

    await eventually(
      async () => {
        const topic = withPrefix(settings, userCommands.topic);
        const [records = []] = (await readLogTail(kafka, topic, new Map([[0, 0n]]))).values();
        const sent = records.map((record) => fromUserCommand(record));
        expect(sent.map(({ type }) => type).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
          'deactivate-user',
          'update-user',
        ]);
        expect(new Set(sent.map(({ commandId }) => commandId)).size).toBe(2);
        const left = await pool.query(
          'select process_manager, state from instances order by process_manager',
        );
        expect(left.rows).toMatchObject([
          { process_manager: 'onboarding', state: { userId: id } },
          { process_manager: 'shouting', state: { name: 'Ada' } },
        ]);
        // Nothing has come of the deactivation yet.
        const timers = await pool.query('select process_manager, name from timers');
        expect(timers.rows).toEqual([{ process_manager: 'onboarding', name: 'expire' }]);
        return true;
      },
      { deadlineMs: 30_000 },
    );
  } finally {
    await app.close();
    await Promise.all([publisher.disconnect(), eventStore.close()]);
    await database.drop();
  }
});

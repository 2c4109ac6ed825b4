import { kafkaSettings, kafkaVariables, loadConfig } from '@eventfleet/config';
import { TOPIC_ACCESS } from '@eventfleet/contracts';
import { migrateEventStore } from '@eventfleet/event-store';
import { fleetTopics } from '@eventfleet/kafka';
import { migrateNotifier } from '@eventfleet/notifications';
import { migrateOperators } from '@eventfleet/operators';
import { migrateProcessManagers } from '@eventfleet/process-managers';
import { createTestDatabase, withClient } from '@eventfleet/testing';
import { z } from 'zod';
import { DATABASE_APPS, EVENT_STORE_ACCESS } from './database-access.js';
import { readStoreGrants } from './database-grants.js';
import { kafkaAcls } from './kafka-acls.js';

const settings = kafkaSettings(loadConfig(z.object(kafkaVariables), { KAFKA_TOPIC_PREFIX: 'two.' }));

describe('the rights of the apps', () => {
  it('name every table of the event store, so that a new one is not forgotten', async () => {
    const database = await createTestDatabase(
      'grants',
      migrateEventStore,
      migrateProcessManagers,
      migrateNotifier,
      migrateOperators,
    );
    const tables = await withClient(database.url, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `select case schemaname when 'public' then '' else schemaname || '.' end || tablename as name from pg_tables
         where schemaname not in ('pg_catalog', 'information_schema')`,
      );
      return rows.map(({ name }) => name);
    });
    await database.drop();

    const named = DATABASE_APPS.flatMap((app) =>
      EVENT_STORE_ACCESS[app].grants.flatMap(([, ...objects]) => objects),
    ).filter((object) => !object.includes(' '));
    expect([...new Set(named)].toSorted()).toEqual(tables.toSorted());
  });

  it('let nobody change or delete an event', () => {
    const onEvents = DATABASE_APPS.flatMap((app) =>
      EVENT_STORE_ACCESS[app].grants
        .filter(([, ...objects]) => objects.includes('events'))
        .map(([privileges]) => `${app}: ${privileges}`),
    );
    expect(onEvents).toEqual([
      'command-api: select, insert',
      'query-api: select',
      'projector: select',
      'process-manager: select',
      'notifier: select',
      'console: select',
    ]);
  });

  it("give the tables of the read store away, and never those of the event store's database", async () => {
    const database = await createTestDatabase('grants', migrateEventStore);
    const given = withClient(database.url, (client) =>
      client.query(readStoreGrants(database.url).join('\n')),
    );
    await expect(given).rejects.toThrow('this is the database of the event store');
    await database.drop();
  });

  it('name a writer of every topic, and no other topic', () => {
    const written = Object.values(TOPIC_ACCESS).flatMap(({ writes }) =>
      writes.map((topic) => `two.${topic}`),
    );
    const topics = fleetTopics(settings).map(({ name }) => name);
    // Other services send commands too.
    expect(new Set(written)).toEqual(new Set(topics));
    const readers = Object.values(TOPIC_ACCESS).flatMap(({ reads }) => reads.map((topic) => `two.${topic}`));
    expect(topics).toEqual(expect.arrayContaining(readers));
  });

  it('let the relay alone write events of users', () => {
    const writers = kafkaAcls(settings).filter(
      (line) => line.includes('Write') && line.includes("'two.user-events'"),
    );
    expect(writers).toEqual([
      expect.stringMatching(/ --add --allow-principal User:eventfleet-command-api --operation Write /),
    ]);
  });
});

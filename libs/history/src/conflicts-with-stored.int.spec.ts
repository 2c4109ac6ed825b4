import { createSecretKey, randomUUID } from 'node:crypto';
import { encryptPersonal } from '@eventfleet/contracts';
import {
  beginEncryption,
  destroyKeys,
  erasureIdOf,
  EventStore,
  keyWrapperOf,
  migrateEventStore,
  personalDataOf,
} from '@eventfleet/event-store';
import { createPool, withTransaction } from '@eventfleet/postgres';
import { createTestDatabase } from '@eventfleet/testing';
import { recordConflicts } from './conflicts.js';
import { readWithStored } from './conflicts-with-stored.js';

const keys = [{ kid: 'a', secret: createSecretKey(Buffer.alloc(32, 1)) }];

it('both sides of a conflict are as they were written, and null once they are erased', async () => {
  const database = await createTestDatabase('conflicts', migrateEventStore);
  const pool = createPool({ url: database.url, applicationName: 'test', max: 2, pipeline: true });
  await beginEncryption(pool, keyWrapperOf(keys)!);
  const personalData = personalDataOf(pool, keys)!;
  const stream = { aggregateType: 'user', aggregateId: randomUUID() };
  const data = { id: stream.aggregateId, name: 'Ada', email: 'ada@example.org' };
  const event = {
    eventId: randomUUID(),
    type: 'user.created',
    schemaVersion: 1,
    data: JSON.stringify(data),
    occurredAt: '2026-01-01T00:00:00.000Z',
    correlationId: 'c',
    causationId: 'k',
    traceparent: 't',
  };
  await new EventStore(pool, personalData).appendToStream(stream, [event], { expectedVersion: 0 });
  const key = (await personalData.keyOf('user', stream.aggregateId))!;
  const place = { aggregateId: stream.aggregateId, version: 1 };
  const published = {
    ...event,
    ...stream,
    ...place,
    eventId: randomUUID(),
    globalPosition: '1000',
    data: JSON.stringify(encryptPersonal(data, ['name', 'email'], key, place)),
  };
  await withTransaction(pool, (client) =>
    recordConflicts(client, [{ event: published, reason: 'version-taken' }]),
  );
  const shown = async () => {
    const fresh = personalDataOf(pool, keys)!;
    const { conflicts } = await readWithStored(pool, {}, { reveal: (events) => fresh.revealEach(events) });
    const [{ published: theirs, stored }] = conflicts as [(typeof conflicts)[0]];
    return [theirs[0]!.event, stored[0]!].map((each) => JSON.parse(each.data) as unknown);
  };

  expect(await shown()).toEqual([data, data]);

  await withTransaction(pool, async (client) => {
    const erased = { ...stream, erasureId: erasureIdOf('user', stream.aggregateId) };
    for (const statement of destroyKeys([erased])) await client.query(statement);
  });
  const nobody = { id: stream.aggregateId, name: null, email: null };
  expect(await shown()).toEqual([nobody, nobody]);

  await pool.end();
  await database.drop();
});

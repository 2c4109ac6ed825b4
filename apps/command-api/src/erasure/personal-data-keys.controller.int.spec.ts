import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import { userAggregate } from '@eventfleet/contracts';
import { EventStore, migrateEventStore, personalDataOf } from '@eventfleet/event-store';
import { acceptIdentity, HistoryGuard } from '@eventfleet/history';
import { createPool, isConnectionError } from '@eventfleet/postgres';
import { createTestDatabase } from '@eventfleet/testing';
import type { EventStorePools } from '../event-store/event-store-pools.js';
import { PersonalDataKeysController } from './personal-data-keys.controller.js';

it('no key is given out while the event store may have gone back in time', async () => {
  const database = await createTestDatabase('keys', migrateEventStore);
  const shared = createPool({ url: database.url, applicationName: 'test', max: 1 });
  const personalData = personalDataOf(shared, [{ kid: 'k1', secret: createSecretKey(randomBytes(32)) }])!;
  const guard = new HistoryGuard();
  const pools = { shared, personalData } as Partial<EventStorePools> as EventStorePools;
  const controller = new PersonalDataKeysController(pools, guard);
  const id = randomUUID();
  const stream = { aggregateType: userAggregate.name, aggregateId: id };
  await new EventStore(shared, personalData).appendToStream(
    stream,
    [
      {
        eventId: randomUUID(),
        type: 'user.created',
        schemaVersion: 1,
        data: JSON.stringify({ id, name: 'Ann', email: 'ann@example.org' }),
        occurredAt: new Date().toISOString(),
        correlationId: 'c',
        causationId: 'k',
        traceparent: 't',
      },
    ],
    { expectedVersion: 0 },
  );
  const refusal = () => controller.get(id).catch((error: unknown) => error);

  await shared.query('update history set timeline = timeline + 1');
  expect(isConnectionError(await refusal())).toBe(true);
  await acceptIdentity(shared);
  guard.suspect('events are lost');
  expect(isConnectionError(await refusal())).toBe(true);
  guard.suspect(undefined);

  expect(await controller.get(id)).toMatchObject({ status: 200 });
  await shared.end();
  await database.drop();
});

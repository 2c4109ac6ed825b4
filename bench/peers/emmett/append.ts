import { randomUUID } from 'node:crypto';
import { type Event, STREAM_DOES_NOT_EXIST } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import { closedLoop } from '../../support/closed-loop.ts';
import { contestant } from '../../support/contestant.ts';
import type { AppendOptions } from '../../ours/append.ts';

type UserCreated = Event<'UserCreated', { id: string; name: string; email: string }>;

/** New users, one event each, as emmett appends them. */
contestant(async ({ databaseUrl, load }: AppendOptions) => {
  const eventStore = getPostgreSQLEventStore(databaseUrl);
  // The first call makes the schema.
  await eventStore.readStream('user-none');
  return closedLoop(load, async () => {
    const id = randomUUID();
    const event: UserCreated = {
      type: 'UserCreated',
      data: { id, name: 'Ada Lovelace', email: `${id}@bench.example` },
    };
    const result = await eventStore.appendToStream(`user-${id}`, [event], {
      expectedStreamVersion: STREAM_DOES_NOT_EXIST,
    });
    return result.createdNewStream;
  });
});

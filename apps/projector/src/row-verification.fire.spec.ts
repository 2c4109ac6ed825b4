import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { toCloudEvent, userEvents, type UserEvent } from '@eventfleet/contracts';
import { EventStore, EventStoreError } from '@eventfleet/event-store';
import { readParkedKeys, readVerificationProgress } from '@eventfleet/projections';
import { eventually, recordedHistory } from '@eventfleet/testing';
import { damages } from './damages.fixture.js';
import {
  someUsers,
  startProjectorFixture,
  type ProjectorFixture,
  type RunningProjector,
} from './projector.fixture.js';
import { relayHasPublished, verifyAll, type VerifyOptions } from './row-verification.fixture.js';

let fixture: ProjectorFixture;
let source: EventStore;
/** It does not verify anything by itself. */
let projector: RunningProjector;
/** Of the users that are there from the beginning. */
const { events } = someUsers(30);
beforeAll(async () => {
  fixture = await startProjectorFixture();
  source = new EventStore(fixture.eventStore);
  projector = await fixture.start();
  await fixture.publish(events);
  await fixture.caughtUp();
  await relayHasPublished(fixture);
});
afterAll(() => fixture.close());

const idOf = (type: string, version: number) =>
  events.find((event) => event.type === type && event.version === version)!.aggregateId;
const renamed = idOf('user.updated', 3);
const deleted = idOf('user.deleted', 2);
const verify = (options?: VerifyOptions) => verifyAll(fixture, options);

describe('found, and mended from the event store, is', () => {
  it.each(damages)('$name', async ({ sql, found }) => {
    const before = await fixture.caughtUp();
    for (const statement of sql) {
      await fixture.pool.query(statement.replace('$1', `'${renamed}'`).replace('$2', `'${deleted}'`));
    }

    expect(await verify({ isMending: false })).toEqual(found.map((each) => each.replace(/done$/, 'found')));
    expect(await verify()).toEqual(found);

    expect(await verify()).toEqual([]);
    expect(await fixture.caughtUp()).toEqual(before);
  });
});

describe('no difference is', () => {
  it('an event that is not published yet, or not applied yet', async () => {
    const later = someUsers(9).events;
    await source.appendBatch({ events: later });

    expect(await verify()).toEqual([]);

    await projector.stop();
    await fixture.publish(later);
    await relayHasPublished(fixture, later.length);

    expect(await verify()).toEqual([]);

    projector = await fixture.start();
    await fixture.caughtUp();
    await relayHasPublished(fixture);

    expect(await verify()).toEqual([]);
  });

  it('an event that a late standby of the event store does not have yet', async () => {
    const unavailable = () =>
      Promise.reject(new EventStoreError('event-store-unavailable', 'the event store is a standby'));
    const late: EventStore = Object.create(source, {
      readEventsOf: { value: () => Promise.resolve([]) },
      readStream: { value: () => Promise.resolve([]) },
      findUnknown: { value: unavailable },
    });

    expect(await verify({ source: late })).toEqual([]);
  });

  it('an event that comes again', async () => {
    const before = await fixture.caughtUp();
    await fixture.publish(events);
    await fixture.caughtUp();
    await relayHasPublished(fixture);

    expect(await verify()).toEqual([]);
    expect(await fixture.caughtUp()).toEqual(before);
  });

  it('what changes between the two reads, as events are applied', async () => {
    const { total } = await fixture.caughtUp();
    const more = someUsers(150).events;
    let isOver = false;
    const published = (async () => {
      for (let next = 0; next < more.length; next += 10) await fixture.publish(more.slice(next, next + 10));
      isOver = true;
    })();
    const found: string[] = [];

    while (!isOver) found.push(...(await verify({ limit: 50 })));
    await published;

    expect(found).toEqual([]);
    expect((await fixture.caughtUp()).total).toBe(total + 150);
    expect(await verify({ limit: 50 })).toEqual([]);
  });
});

it('no row is compared with a store that may have gone back in time, until it is compared with Kafka', async () => {
  await fixture.pool.query(`delete from user_list where id = $1`, [renamed]);
  await fixture.eventStore.query(`update history set timeline = timeline + 1`);

  await expect(verify()).rejects.toMatchObject({ code: 'event-store-unavailable' });
  await expect(verify({ isMending: false })).rejects.toMatchObject({ code: 'event-store-unavailable' });

  await fixture.eventStore.query(`update history set timeline = timeline - 1`);
  expect(await verify()).toEqual(['user-list missing-row done']);
});

it('a user with a parked event is compared, and mended, up to the event before it', async () => {
  const id = randomUUID();
  const created: UserEvent = { type: 'user.created', data: { id, name: 'Ann', email: 'ann@example.org' } };
  const history = recordedHistory(userEvents, id, [
    created,
    { type: 'user.updated', data: { id, name: 'Bea' } },
  ]);
  await fixture.publish(history.slice(0, 1));
  await source.appendBatch({ events: history.slice(1) });
  await fixture.forge({ ...toCloudEvent(history[1]!), value: null });
  const before = await fixture.caughtUp();
  await relayHasPublished(fixture);
  expect(await verify()).toEqual([]);
  await fixture.pool.query(`update user_list set name = 'Eve' where id = $1`, [id]);

  expect(await verify()).toEqual(['user-list changed-row name done']);

  expect(await fixture.caughtUp()).toEqual(before);
  expect(await readParkedKeys(fixture.pool, { key: id })).toHaveLength(2);
});

it('a user whose events cannot be folded is reported, and left alone', async () => {
  const id = randomUUID();
  const [event] = recordedHistory(userEvents, id, [
    { type: 'user.created', data: { id, name: 'Ann', email: 'ann@example.org' } },
  ]);
  await source.appendBatch({ events: [{ ...event!, data: '{}' }] });
  await fixture.pool.query(
    `insert into projection_versions (projection, aggregate_id, version, event_id) values ('user-list', $1, 1, $2)`,
    [id, event!.eventId],
  );

  expect(await verify()).toEqual([`user-list unverifiable ${id}`]);

  await fixture.pool.query('delete from projection_versions where aggregate_id = $1', [id]);
});

it('the projector mends by itself, whichever copy, and counts it', async () => {
  const before = await fixture.caughtUp();
  await fixture.pool.query(`update user_list set name = 'Eve' where id = $1`, [renamed]);
  await fixture.pool.query('update user_stats set deleted = deleted + 1');

  const copies = [await fixture.start([], 1_000), await fixture.start([], 1_000)];

  await eventually(async () => isDeepStrictEqual(await fixture.caughtUp(), before), {
    describe: 'mended rows',
  });
  const ofOnePass = async () => {
    const progress = await readVerificationProgress(fixture.pool);
    return progress.length === 2 && progress.every(({ lastPass }) => (lastPass?.checked ?? 0) > 100);
  };
  await eventually(ofOnePass, { describe: 'a whole pass' });
  // The copies share the metrics of this process.
  const metrics = (await (await fetch(`${copies[0]!.url}/metrics`)).text()).split('\n');
  expect(metrics).toEqual(
    expect.arrayContaining([
      'eventfleet_projection_differences_total{projection="user-list",kind="changed-row"} 1',
      'eventfleet_projection_refolded_aggregates_total{projection="user-list",outcome="done"} 1',
    ]),
  );
  await Promise.all(copies.map((copy) => copy.stop()));
});

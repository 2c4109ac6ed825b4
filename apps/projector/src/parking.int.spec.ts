import { randomUUID } from 'node:crypto';
import { userEvents, type UserEvent } from '@eventfleet/contracts';
import { markParked, readParkedKeys } from '@eventfleet/projections';
import { eventually, recordedHistory } from '@eventfleet/testing';
import { someUsers, startProjectorFixture, type ProjectorFixture } from './projector.fixture.js';

let fixture: ProjectorFixture;
beforeEach(async () => {
  fixture = await startProjectorFixture();
});
afterEach(() => fixture.close());

describe('a user with an event that the read store refuses', () => {
  const id = randomUUID();
  const renamed = (name: string): UserEvent => ({ type: 'user.updated', data: { id, name } });
  const events = recordedHistory(userEvents, id, [
    { type: 'user.created', data: { id, name: 'Ann', email: 'ann@example.org' } },
    // Later events do not write over it, or its batch would never show it to the database.
    { type: 'user.updated', data: { id, email: 'no text of Postgres: \0' } },
    renamed('Bea'),
    renamed('Cleo'),
    { type: 'user.deleted', data: { id } },
  ]);
  const line = async () => (await readParkedKeys(fixture.pool))[0];
  const row = async () =>
    (await fixture.pool.query('select name, version from user_list where id = $1', [id])).rows[0];

  it('waits through restarts and rebalances; the others, the counters and the other projection go on', async () => {
    const first = await fixture.start();
    const { events: others, expected } = someUsers(60);
    await fixture.publish([...others.slice(0, 40), ...events.slice(0, 3), ...others.slice(40)]);
    await fixture.caughtUp();
    expect(await line()).toMatchObject({ projection: 'user-list', key: id, waiting: 2, attempts: 3 });

    await first.stop();
    await fixture.start();
    await fixture.publish(events.slice(3, 4));
    await fixture.start();
    await fixture.publish(events.slice(0, 4));
    const shown = await fixture.caughtUp();

    expect(shown.users.filter((user) => user.id !== id)).toEqual(expected.users);
    expect([shown.total, shown.deleted]).toEqual([61, expected.deleted]);
    expect(await row()).toEqual({ name: 'Ann', version: 1 });
    expect((await line())?.waiting).toBe(6);

    await markParked(fixture.pool, 'discard', { key: id });
    await eventually(async () => (await line()) === undefined, { describe: 'the end of the line' });
    expect(await row()).toEqual({ name: 'Cleo', version: 4 });

    await fixture.publish(events.slice(4));
    const after = await fixture.caughtUp();
    expect(after.users).toEqual(expected.users);
    expect([after.total, after.deleted]).toEqual([61, expected.deleted + 1]);
  });
});

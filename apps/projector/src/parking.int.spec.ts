import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { userEvents, type UserEvent } from '@eventfleet/contracts';
import { markParked, readParkedLines } from '@eventfleet/projections';
import { eventually, recordedHistory } from '@eventfleet/testing';
import { someUsers, startReadSide, type ReadSideFixture } from './projector.fixture.js';

jest.setTimeout(60_000);

let readSide: ReadSideFixture;
beforeEach(async () => {
  readSide = await startReadSide();
});
afterEach(() => readSide.close());

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
  const line = async () => (await readParkedLines(readSide.pool))[0];
  const row = async () =>
    (await readSide.pool.query('select name, version from user_list where id = $1', [id])).rows[0];

  it('waits through restarts and rebalances; the others, the counters and the other projection go on', async () => {
    const first = await readSide.start();
    const { events: others, expected } = someUsers(60);
    await readSide.publish([...others.slice(0, 40), ...events.slice(0, 3), ...others.slice(40)]);
    await readSide.caughtUp();
    expect(await line()).toMatchObject({ projection: 'user-list', key: id, waiting: 2, attempts: 3 });

    await first.stop();
    await readSide.start();
    await readSide.publish(events.slice(3, 4));
    await readSide.start();
    await readSide.publish(events.slice(0, 4));
    const shown = await readSide.caughtUp();

    expect(shown.users.filter((user) => user.id !== id)).toEqual(expected.users);
    expect([shown.total, shown.deleted]).toEqual([61, expected.deleted]);
    expect(await row()).toEqual({ name: 'Ann', version: 1 });
    expect((await line())?.waiting).toBe(6);

    await markParked(readSide.pool, 'discard', { key: id });
    await eventually(async () => (await line()) === undefined, { describe: 'the end of the line' });
    expect(await row()).toEqual({ name: 'Cleo', version: 4 });

    await readSide.publish(events.slice(4));
    const after = await readSide.caughtUp();
    expect(after.users).toEqual(expected.users);
    expect([after.total, after.deleted]).toEqual([61, expected.deleted + 1]);
  });
});

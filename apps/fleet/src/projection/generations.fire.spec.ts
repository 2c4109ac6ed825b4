import { randomUUID } from 'node:crypto';
import type { RecordedEvent } from '@eventfleet/contracts';
import { expectRight } from './load.fixture.js';
import { histories, nextEvent, userHistory } from './histories.fixture.js';
import { rebuild } from './rebuild.js';
import { startRebuildFixture, type RebuildFixture } from './rebuild.fixture.js';
import { drop } from './switch.js';

let fleet: RebuildFixture;
/** Those of a test. Its other users are those of the tests before. */
let users: RecordedEvent[][];
let id: string;
beforeAll(async () => {
  fleet = await startRebuildFixture();
});
beforeEach(async () => {
  users = Array.from({ length: 12 }, (_, index) =>
    userHistory(index % 3 === 0 ? ['updated', 'deleted'] : ['updated']),
  );
  id = users[1]![0]!.aggregateId;
  await fleet.append(...users.flat());
  await fleet.settled();
});
afterEach(() => fleet.dropOthers());
afterAll(() => fleet.close());

const EQUAL = { differences: 0, examples: [] };

describe('a comparison', () => {
  it('names a wrong row by its key and columns, and the switch puts it right', async () => {
    const before = await fleet.tables('user-list');
    await fleet.pool.query(`update user_list set name = 'Eve', email_key = 'eve@example.org' where id = $1`, [
      id,
    ]);
    const lost = users[2]![0]!.aggregateId;
    await fleet.pool.query('delete from user_list where id = $1', [lost]);
    await fleet.rebuild('user-list');

    const comparison = await fleet.compare('user-list');

    expect(comparison.differences).toBe(2);
    expect(comparison.examples.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
      {
        table: 'user_list',
        key: `{"id" : "${id}"}`,
        kind: 'differs',
        columns: ['email_key', 'name', 'name_key'],
      },
      { table: 'user_list', key: `{"id" : "${lost}"}`, kind: 'only-new', columns: [] },
    ]);
    expect(JSON.stringify(comparison)).not.toContain('Eve');
    await expect(fleet.switchTo('user-list')).rejects.toMatchObject({ code: 'differs' });
    await fleet.switchTo('user-list', { acceptDifferences: true });
    expect(await fleet.tables('user-list')).toEqual(before);
  });

  it('finds a wrong counter, and a version that is not the one applied', async () => {
    const before = await fleet.tables('user-stats');
    await fleet.pool.query('update user_stats set total = total + 1 where partition = 0');
    await fleet.pool.query(
      `update projection_versions set version = version + 1, contribution = ''
       where projection = 'user-stats' and aggregate_id = $1`,
      [id],
    );
    await fleet.rebuild('user-stats');

    const { differences, examples } = await fleet.compare('user-stats');

    expect(differences).toBe(2);
    expect(examples).toEqual([
      { table: 'user_stats', key: '{"partition" : 0}', kind: 'differs', columns: ['total'] },
      {
        table: 'projection_versions',
        key: `{"aggregate_id" : "${id}"}`,
        kind: 'differs',
        columns: ['version', 'contribution'],
      },
    ]);
    await fleet.switchTo('user-stats', { acceptDifferences: true });
    expect(await fleet.tables('user-stats')).toEqual(before);
  });

  it('of a projection that was changed leaves out the columns that it is told to', async () => {
    const before = await fleet.tables('user-list');
    const { rowCount } = await fleet.pool.query(`update user_list set status = 'old words'`);
    await fleet.rebuild('user-list');

    expect((await fleet.compare('user-list')).differences).toBe(rowCount);
    await expect(fleet.compare('user-list', ['user_list.stats'])).rejects.toMatchObject({
      code: 'no-column',
    });
    expect(await fleet.compare('user-list', ['user_list.status'])).toEqual(EQUAL);

    const { output } = await fleet.cli(['status', 'user-list']);
    expect(output).toMatch(/ready, compared at \S+ without user_list\.status: 0 differences/);
    await fleet.switchTo('user-list');
    expect(await fleet.tables('user-list')).toEqual(before);
  });
});

describe('a rollback', () => {
  it('makes the previous generation live again, without going back in time', async () => {
    await fleet.rebuild('user-list');
    await fleet.compare('user-list');
    await fleet.switchTo('user-list');
    await fleet.append(...userHistory(), nextEvent(id, 3, 'updated'));
    await fleet.settled();
    const before = await fleet.tables('user-list');

    await fleet.rollBack('user-list');

    expect(await fleet.tables('user-list')).toEqual(before);
    await fleet.append(...userHistory(), nextEvent(id, 4, 'updated'));
    await fleet.settled();
    expect(await fleet.compare('user-list')).toEqual(EQUAL);
    await fleet.switchTo('user-list');
    await fleet.append(nextEvent(id, 5, 'deleted'));
    await fleet.settled();
    expect((await fleet.tables('user-list'))['user_list']!.join()).not.toContain(id);
    await expect(fleet.rollBack('user-stats')).rejects.toMatchObject({ code: 'no-generation' });
  });
});

describe('what stands in the way', () => {
  it('of a switch is named: no generation, not compared, a previous one, tables that are not alike', async () => {
    await expect(fleet.switchTo('user-list')).rejects.toMatchObject({ code: 'no-generation' });
    await fleet.rebuild('user-list');
    await expect(fleet.switchTo('user-list')).rejects.toMatchObject({ code: 'not-compared' });
    await fleet.compare('user-list');

    await fleet.pool.query('alter table user_list add column nickname text');
    await expect(fleet.switchTo('user-list')).rejects.toThrow(/not alike \(column nickname\)/);
    await fleet.pool.query('alter table user_list drop column nickname');
    await fleet.switchTo('user-list');

    await fleet.rebuild('user-list');
    await fleet.compare('user-list');
    await expect(fleet.switchTo('user-list')).rejects.toMatchObject({ code: 'in-the-way' });
    await expect(fleet.rollBack('user-list')).rejects.toMatchObject({ code: 'in-the-way' });
    await fleet.drop('user-list', 'previous');
    await fleet.switchTo('user-list');
  });

  it('of a second command is the first one', async () => {
    await fleet.locked('user-list', () =>
      expect(rebuild(fleet.config, 'user-list')).rejects.toThrow(
        'another command works on user-list: let it end, or stop it',
      ),
    );
  });

  it('of a drop is that the generation is live', async () => {
    const before = await fleet.tables('user-list');

    await expect(drop(fleet.config, 'user-list', 'live')).rejects.toThrow(
      'the live generation of user-list cannot be dropped: queries read it',
    );
    await expect(drop(fleet.config, 'user-list', 'previous')).rejects.toThrow(
      'user-list has no previous generation',
    );
    expect(await fleet.tables('user-list')).toEqual(before);
  });

  it('of a process manager is that its commands have left', async () => {
    await expect(rebuild(fleet.config, 'onboarding')).rejects.toThrow(
      /A process manager cannot be rebuilt from events, as its commands have left$/,
    );
  });
});

describe('a new generation', () => {
  it('is like the live one in indexes, constraints, grants and options', async () => {
    const role = `reader_${randomUUID().slice(0, 8)}`;
    await fleet.pool.query(`create role ${role}`);
    await fleet.pool.query(`grant select on user_list, user_stats, projection_versions_user_list to ${role}`);
    await fleet.pool.query('alter table user_list set (fillfactor = 90)');
    await fleet.rebuild('user-list');
    await fleet.compare('user-list');
    await fleet.pool.query('create index user_list_extra on user_list (status)');

    await fleet.switchTo('user-list');

    const { rows } = await fleet.pool.query(
      `select has_table_privilege($1, 'user_list', 'select') as granted,
              (select reloptions from pg_class where oid = 'user_list'::regclass) as options,
              (select count(*)::integer from pg_indexes where tablename = 'user_list' and schemaname = 'public') as indexes`,
      [role],
    );
    expect(rows).toEqual([{ granted: true, options: ['fillfactor=90'], indexes: 7 }]);
    await fleet.pool.query(`drop owned by ${role}`);
    await fleet.pool.query(`drop role ${role}`);
  });

  it('leaves out records that the event store never wrote', async () => {
    const forged: Promise<void>[] = [];
    await fleet.rebuild('user-list', ({ phase }) => {
      if (phase === 'indexing') forged.push(fleet.publish(nextEvent(id, 3, 'deleted'), { isSigned: true }));
    });
    await Promise.all(forged);
    await fleet.append(nextEvent(id, 3, 'updated'));
    await fleet.settled();

    expect(await fleet.compare('user-list')).toEqual(EQUAL);
    await fleet.switchTo('user-list');
    expect((await fleet.tables('user-list'))['user_list']!.join()).toContain(id);
  });

  it('leaves out records that nobody has signed, of events that the event store has', async () => {
    const event = nextEvent(id, 3, 'updated');
    const forged = { ...event, data: event.data.replace('Bea', 'Mallory') };
    const done: Promise<void>[] = [];
    fleet.publishing(false);
    await fleet.rebuild('user-list', ({ phase }) => {
      if (phase !== 'indexing') return;
      done.push(fleet.append(event).then(() => fleet.publish(forged, { isSigned: false })));
    });
    await Promise.all(done);
    fleet.publishing(true);
    await fleet.settled();

    expect(await fleet.compare('user-list')).toEqual(EQUAL);
    await fleet.switchTo('user-list');
    expect((await fleet.tables('user-list'))['user_list']!.join()).not.toContain('Mallory');
  });

  it('counts no event twice that was stored before it began and published while it ran', async () => {
    await fleet.append(...histories(100).flat());
    await fleet.settled();
    fleet.publishing(false);
    await fleet.append(...histories(200).flat());

    const phases = new Set<string>();
    await fleet.rebuild('user-stats', ({ phase }) => {
      phases.add(phase);
      if (phase === 'indexing') fleet.publishing(true);
    });
    await fleet.settled();

    expect(phases).toEqual(new Set(['copying', 'indexing', 'one-by-one', 'catching-up', 'ready']));
    expect(await fleet.compare('user-stats')).toEqual({ differences: 0, examples: [] });
    await fleet.switchTo('user-stats');
    await expectRight(fleet, 'user-stats');
  });

  it('parks a user as the live one does, whose events cannot be applied, and takes it over', async () => {
    const unknown = { ...nextEvent(id, 3, 'updated'), type: 'user.renamed-by-the-future' };
    const refused = nextEvent(users[2]![0]!.aggregateId, 3, 'updated');
    await fleet.append(
      unknown,
      nextEvent(id, 4, 'updated'),
      { ...refused, data: refused.data.replace('Bea', String.raw`Bea\u0000`) },
      ...Array.from({ length: 20 }, () => userHistory(['updated'])).flat(),
    );
    await fleet.settled();
    // A repeat of a parked event is parked, too.
    await fleet.publish(unknown, { isSigned: true });
    await fleet.settled();
    const parked = async (schema = 'public') =>
      (
        await fleet.pool.query(
          `select key, error_code, headers, value
           from (select distinct on (key, headers ->> 'ce_id') key, error_code, sequence,
                        headers::jsonb - 'ce_signature' as headers, value
                 from ${schema}.parked_events where projection = 'user-list'
                 order by key, headers ->> 'ce_id', sequence) first
           order by key, sequence`,
        )
      ).rows;
    expect(await parked()).toHaveLength(3);

    await fleet.rebuild('user-list');

    expect(await fleet.compare('user-list')).toEqual(EQUAL);
    const live = await parked();
    expect(await parked('rebuild_user_list')).toEqual(live);
    await fleet.switchTo('user-list');
    expect(await parked()).toEqual(live);
    const { output } = await fleet.cli(['list']);
    expect(output).toMatch(/^user-list\n {2}live: \d+ MB, 2 keys parked\n {2}previous: \d+ MB, 2 keys parked\nuser-stats\n {2}live/); // prettier-ignore
  });
});

import { randomUUID } from 'node:crypto';
import { parkSomething, startConsole, type ConsoleFixture } from '../console.fixture.js';

let console: ConsoleFixture;
beforeAll(async () => {
  console = await startConsole();
});
afterAll(() => console.close());

describe('parked events', () => {
  beforeEach(() => console.readStore.query('truncate parked_events, projection_versions'));

  it('are listed and shown with their record and error', async () => {
    const key = await parkSomething(console.readStore, 'user-list');

    expect((await console.get('/api/parked')).body).toMatchObject({
      totals: [{ projection: 'user-list', keys: 1, events: 1, canTry: true }],
      keys: [{ projection: 'user-list', key, waiting: 1, errorCode: 'undecodable', mark: null }],
    });
    expect((await console.get(`/api/parked/events?projection=user-list&key=${key}`)).body).toMatchObject([
      { record: { offset: '7', key: { text: key }, value: { text: '{' } }, errorCode: 'undecodable' },
    ]);
  });

  it('are tried without a trace, but in the log of actions', async () => {
    const key = await parkSomething(console.readStore, 'user-list');
    const body = { projection: 'user-list', key };

    expect((await console.post('/api/parked/trials', { ...body, mark: 'retry' })).body).toMatchObject({
      applied: 0,
      removed: 0,
      tried: 1,
      fault: { code: 'undecodable' },
      effect: { after: { waiting: 1, isParked: true } },
    });
    expect((await console.post('/api/parked/trials', { ...body, mark: 'discard' })).body).toMatchObject({
      removed: 1,
      fault: null,
      effect: { after: { waiting: 0, isParked: false } },
    });
    expect((await console.post('/api/parked/samples', { projection: 'user-list' })).body).toMatchObject({
      tried: 1,
      clean: 0,
      faults: [{ code: 'undecodable', keys: 1 }],
    });

    const { rows } = await console.readStore.query('select attempts, mark from parked_events');
    expect(rows).toEqual([{ attempts: 5, mark: null }]);
    const { body: log } = await console.get('/api/actions?limit=3');
    expect(log).toMatchObject({
      items: [
        { action: 'parked.sample', outcome: 'done' },
        { action: 'parked.try', target: { mark: 'discard' }, outcome: 'done', result: { removed: 1 } },
        { action: 'parked.try', target: { key, mark: 'retry' }, face: 'console' },
      ],
    });
  });

  it('are logged with the name that the operator gives, and with none if he gives none', async () => {
    const key = await parkSomething(console.readStore, 'user-list');
    const act = (name?: string) =>
      console.post(
        '/api/parked/trials',
        { projection: 'user-list', key, mark: 'retry' },
        name === undefined ? {} : { 'x-operator': name },
      );

    expect(await act()).toMatchObject({ status: 200 });
    expect(await act(encodeURIComponent('Zoë'))).toMatchObject({ status: 200 });
    for (const name of ['%', '%0A', encodeURIComponent('x'.repeat(101))])
      expect(await act(name)).toMatchObject({ status: 400, body: { code: 'validation-failed' } });

    const { body } = await console.get('/api/actions?limit=2');
    expect(body).toMatchObject({ items: [{ actor: 'Zoë' }, { actor: null }] });
  });

  it('are marked only if they are as many as the operator means', async () => {
    const keys = [];
    for (let n = 0; n < 3; n++) keys.push(await parkSomething(console.readStore, 'user-list'));
    const all = { projection: 'user-list', mark: 'retry' };
    const marks = async () =>
      (await console.readStore.query('select count(mark)::integer as marked from parked_events')).rows;

    expect(await console.post('/api/parked/marks', { ...all, expectedKeys: 2 })).toMatchObject({
      status: 409,
      body: { code: 'count-changed', detail: 'There are 3 keys by now, not 2' },
    });
    expect(await marks()).toEqual([{ marked: 0 }]);
    expect(
      await console.post('/api/parked/marks', { ...all, mark: 'discard', expectedKeys: 3 }),
    ).toMatchObject({
      status: 400,
    });
    expect((await console.post('/api/parked/marks', { ...all, expectedKeys: 3 })).body).toEqual({
      marked: 3,
    });
    expect(await marks()).toEqual([{ marked: 3 }]);
    const { body: log } = await console.get('/api/actions?limit=2');
    expect(log).toMatchObject({
      items: [
        {
          action: 'parked.retry',
          target: { key: null, expectedKeys: 3 },
          outcome: 'done',
          result: { marked: 3 },
        },
        { action: 'parked.retry', outcome: 'refused', result: { error: 'count-changed' } },
      ],
    });
  });

  it('are left alone if the action cannot be written down', async () => {
    const key = await parkSomething(console.readStore, 'user-list');
    await console.eventStore.query('alter table operators.actions rename to elsewhere');
    try {
      const body = { projection: 'user-list', key, mark: 'retry', expectedKeys: 1 };
      expect(await console.post('/api/parked/marks', body)).toMatchObject({
        status: 503,
        body: { code: 'server-unavailable' },
      });
    } finally {
      await console.eventStore.query('alter table operators.elsewhere rename to actions');
    }
    const { rows } = await console.readStore.query('select mark from parked_events');
    expect(rows).toEqual([{ mark: null }]);
  });

  it('of a process manager cannot be tried here', async () => {
    const body = { projection: 'onboarding', key: randomUUID(), mark: 'retry' };
    expect(await console.post('/api/parked/trials', body)).toMatchObject({
      status: 409,
      body: { code: 'no-trial' },
    });
  });
});

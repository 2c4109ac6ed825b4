import { accountDecider, type Account, type AccountCommand } from '../account.fixture.js';
import type { CommandRequest } from './command-request.js';
import { decideBatch, type ClockAndIds } from './decide-batch.js';
import { LoadedState } from './loaded-state.js';

const metadata = { correlationId: 'c', causationId: 'k', traceparent: 't' };

function clockAndIds(): ClockAndIds {
  let id = 0;
  return { now: () => new Date('2026-01-01T00:00:00.000Z'), newId: () => `event-${++id}` };
}

function request(
  aggregateId: string,
  command: AccountCommand,
  more: Partial<CommandRequest<AccountCommand>> = {},
) {
  return { aggregateId, command, metadata, ...more };
}

function loadedWith(streams: Record<string, Partial<Account> & { version: number; isFresh?: boolean }>) {
  const loaded = new LoadedState<Account>();
  for (const [id, { version, isFresh = true, ...state }] of Object.entries(streams)) {
    loaded.streams.set(id, { state: { ...accountDecider.initialState, ...state }, version, isFresh });
  }
  return loaded;
}

describe('decideBatch', () => {
  it('decides commands for one stream on each other', () => {
    const plan = decideBatch(
      accountDecider,
      [
        request('a', { type: 'open', name: 'x' }),
        request('a', { type: 'credit', amount: 3 }),
        request('a', { type: 'close' }),
      ],
      loadedWith({ a: { version: 0 } }),
      clockAndIds(),
    );
    expect(plan.batch.events.map(({ version, type }) => [version, type])).toEqual([
      [1, 'account.opened'],
      [2, 'account.credited'],
      [3, 'account.closed'],
    ]);
    expect(plan.batch).toMatchObject({ takenClaims: [], releasedClaims: [] });
    expect(plan.batch.transientClaims).toEqual([{ scope: 'account-name', key: 'x', aggregateId: 'a' }]);
  });

  it('asks for the holder of a claim that one command takes as free and a later one releases', () => {
    const loaded = loadedWith({ a: { version: 0 }, b: { version: 1, status: 'open', name: 'x' } });
    const requests = [request('a', { type: 'open', name: 'x' }), request('b', { type: 'close' })];
    const claim = { scope: 'account-name', key: 'x' };
    const plan = decideBatch(accountDecider, requests, loaded, clockAndIds());
    expect(plan.claimsToRead).toEqual([claim]);
    // What is written would be right whatever the answer.
    expect(plan.batch).toMatchObject({
      releasedClaims: [{ ...claim, aggregateId: 'b' }],
      takenClaims: [{ ...claim, aggregateId: 'a' }],
      transientClaims: [],
    });
    loaded.claimHolders.set('account-name\nx', 'b');
    const decidedAgain = decideBatch(accountDecider, requests, loaded, clockAndIds());
    expect(decidedAgain.claimsToRead).toEqual([]);
    expect(decidedAgain.results.map(({ kind }) => kind)).toEqual(['refused', 'accepted']);
  });

  it('asks for the stream before it refuses or changes nothing on a stale state', () => {
    const loaded = loadedWith({
      a: { version: 1, status: 'open', name: 'x', isFresh: false },
      b: { version: 0, isFresh: false },
    });
    const plan = decideBatch(
      accountDecider,
      [request('a', { type: 'rename', name: 'x' }), request('b', { type: 'close' })],
      loaded,
      clockAndIds(),
    );
    expect([...plan.streamsToRead]).toEqual(['a', 'b']);
  });

  it('needs no fresh state if an event of the same batch depends on it', () => {
    const loaded = loadedWith({ a: { version: 1, status: 'open', name: 'x', isFresh: false } });
    const requests = [request('a', { type: 'close' }), request('a', { type: 'close' })];
    const plan = decideBatch(accountDecider, requests, loaded, clockAndIds());
    expect(plan.streamsToRead.size).toBe(0);
    expect(plan.results.map(({ kind }) => kind)).toEqual(['accepted', 'refused']);
  });

  it('refuses another version than expected, but a domain refusal comes first', () => {
    const loaded = loadedWith({
      a: { version: 4, status: 'open', name: 'x' },
      b: { version: 2, status: 'closed' },
    });
    const plan = decideBatch(
      accountDecider,
      [
        request('a', { type: 'close' }, { expectedVersions: [3] }),
        request('b', { type: 'close' }, { expectedVersions: [3] }),
        request('a', { type: 'close' }, { expectedVersions: [4] }),
      ],
      loaded,
      clockAndIds(),
    );
    expect(plan.results).toMatchObject([
      { kind: 'refused', error: { code: 'version-mismatch' } },
      { kind: 'refused', error: { code: 'missing' } },
      { kind: 'accepted', version: 5 },
    ]);
  });

  it('lets a claim change hands within a batch, and writes the net difference', () => {
    const loaded = loadedWith({
      a: { version: 1, status: 'open', name: 'x' },
      b: { version: 0 },
      c: { version: 0 },
    });
    const plan = decideBatch(
      accountDecider,
      [
        request('a', { type: 'close' }),
        request('b', { type: 'open', name: 'x' }),
        request('c', { type: 'open', name: 'x' }),
        request('b', { type: 'rename', name: 'y' }),
        request('b', { type: 'rename', name: 'x' }),
      ],
      loaded,
      clockAndIds(),
    );
    expect(plan.results.map(({ kind }) => kind)).toEqual([
      'accepted',
      'accepted',
      'refused',
      'accepted',
      'accepted',
    ]);
    expect(plan.batch.releasedClaims).toEqual([{ scope: 'account-name', key: 'x', aggregateId: 'a' }]);
    expect(plan.batch.takenClaims).toEqual([{ scope: 'account-name', key: 'x', aggregateId: 'b' }]);
  });

  it('refuses a claim that another aggregate holds in the store', () => {
    const loaded = loadedWith({ b: { version: 0 } });
    loaded.claimHolders.set('account-name\nx', 'a');
    const plan = decideBatch(
      accountDecider,
      [request('b', { type: 'open', name: 'x' })],
      loaded,
      clockAndIds(),
    );
    expect(plan.results).toMatchObject([{ kind: 'refused', error: { code: 'name-taken' } }]);
    expect(plan.batch.events).toEqual([]);
  });

  it('fails one command whose decider breaks, and no other', () => {
    const loaded = loadedWith({ a: { version: 0 }, b: { version: 0 } });
    const broken = {
      type: 'open',
      get name(): string {
        throw new TypeError('a bug');
      },
    } as const;
    const plan = decideBatch(
      accountDecider,
      [request('a', broken), request('b', { type: 'open', name: 'y' })],
      loaded,
      clockAndIds(),
    );
    expect(plan.results).toMatchObject([{ kind: 'failed' }, { kind: 'accepted', version: 1 }]);
  });

  it('stores an answer for each decision with a key, refusals included, and replays what is stored', () => {
    const loaded = loadedWith({ a: { version: 0 }, b: { version: 0 } });
    const idempotency = (key: string, fingerprint = 'f') => ({
      idempotency: {
        scope: 's',
        key,
        fingerprint,
        render: ({ kind }: { kind: string }) => JSON.stringify(kind),
      },
    });
    loaded.idempotencyAnswers.set('s\nold', { scope: 's', key: 'old', fingerprint: 'f', answer: '"before"' });
    const plan = decideBatch(
      accountDecider,
      [
        request('a', { type: 'open', name: 'x' }, idempotency('1')),
        request('b', { type: 'close' }, idempotency('2')),
        request('b', { type: 'close' }, idempotency('old')),
        request('b', { type: 'close' }, idempotency('old', 'other')),
      ],
      loaded,
      clockAndIds(),
    );
    expect(plan.batch.idempotencyAnswers.map(({ key, answer }) => [key, answer])).toEqual([
      ['1', '"accepted"'],
      ['2', '"refused"'],
    ]);
    expect(plan.results.slice(2)).toMatchObject([
      { kind: 'replayed', answer: '"before"' },
      { kind: 'failed', error: { code: 'idempotency-key-reused' } },
    ]);
  });

  it('replays what is stored under the former key for the same request, and executes another one', () => {
    const loaded = loadedWith({ a: { version: 0 }, b: { version: 0 } });
    const idempotency = (key: string, fingerprint: string) => ({
      idempotency: { scope: 's', key, formerKey: 'id', fingerprint, render: () => '"now"' },
    });
    loaded.idempotencyAnswers.set('s\nid', { scope: 's', key: 'id', fingerprint: 'f', answer: '"before"' });
    loaded.idempotencyAnswers.set('s\nid x', { scope: 's', key: 'id x', fingerprint: 'g', answer: '"x"' });
    const plan = decideBatch(
      accountDecider,
      [
        request('a', { type: 'open', name: 'x' }, idempotency('id a', 'f')),
        request('b', { type: 'open', name: 'y' }, idempotency('id b', 'other')),
        // What stands under its own key comes first.
        request('a', { type: 'open', name: 'x' }, idempotency('id x', 'f')),
      ],
      loaded,
      clockAndIds(),
    );
    expect(plan.results).toMatchObject([
      { kind: 'replayed', answer: '"before"' },
      { kind: 'accepted', version: 1 },
      { kind: 'failed', error: { code: 'idempotency-key-reused' } },
    ]);
    expect(plan.batch.idempotencyAnswers.map(({ key }) => key)).toEqual(['id b']);
  });
});

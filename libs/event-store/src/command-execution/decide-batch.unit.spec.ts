import { accountDecider, type Account, type AccountCommand } from '../account.fixture.js';
import type { CommandRequest } from './command-request.js';
import { decideBatch, type ClockAndIds } from './decide-batch.js';
import { LoadedState } from './loaded-state.js';

const metadata = { correlationId: 'c', causationId: 'k', traceparent: 't' };

function stamp(): ClockAndIds {
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

function knowing(streams: Record<string, Partial<Account> & { version: number; proven?: boolean }>) {
  const known = new LoadedState<Account>();
  for (const [id, { version, proven = true, ...state }] of Object.entries(streams)) {
    known.streams.set(id, { state: { ...accountDecider.initialState, ...state }, version, proven });
  }
  return known;
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
      knowing({ a: { version: 0 } }),
      stamp(),
    );
    expect(plan.batch.events.map(({ version, type }) => [version, type])).toEqual([
      [1, 'account.opened'],
      [2, 'account.credited'],
      [3, 'account.closed'],
    ]);
    expect(plan.batch).toMatchObject({ takes: [], releases: [] });
    expect(plan.batch.passing).toEqual([{ scope: 'account-name', key: 'x', aggregateId: 'a' }]);
  });

  it('asks who holds a claim that one command takes for free, and a later one lets go', () => {
    const known = knowing({ a: { version: 0 }, b: { version: 1, status: 'open', name: 'x' } });
    const requests = [request('a', { type: 'open', name: 'x' }), request('b', { type: 'close' })];
    const claim = { scope: 'account-name', key: 'x' };
    const plan = decideBatch(accountDecider, requests, known, stamp());
    expect(plan.contradicted).toEqual([claim]);
    // What is written would be right whatever the answer.
    expect(plan.batch).toMatchObject({
      releases: [{ ...claim, aggregateId: 'b' }],
      takes: [{ ...claim, aggregateId: 'a' }],
      passing: [],
    });
    known.holders.set('account-name\nx', 'b');
    const informed = decideBatch(accountDecider, requests, known, stamp());
    expect(informed.contradicted).toEqual([]);
    expect(informed.settlements.map(({ kind }) => kind)).toEqual(['refused', 'accepted']);
  });

  it('asks for proof before it refuses or changes nothing on a cached state', () => {
    const known = knowing({
      a: { version: 1, status: 'open', name: 'x', proven: false },
      b: { version: 0, proven: false },
    });
    const plan = decideBatch(
      accountDecider,
      [request('a', { type: 'rename', name: 'x' }), request('b', { type: 'close' })],
      known,
      stamp(),
    );
    expect([...plan.unproven]).toEqual(['a', 'b']);
  });

  it('needs no proof where an event of the same batch proves the state', () => {
    const known = knowing({ a: { version: 1, status: 'open', name: 'x', proven: false } });
    const requests = [request('a', { type: 'close' }), request('a', { type: 'close' })];
    const plan = decideBatch(accountDecider, requests, known, stamp());
    expect(plan.unproven.size).toBe(0);
    expect(plan.settlements.map(({ kind }) => kind)).toEqual(['accepted', 'refused']);
  });

  it('refuses another version after the domain had its say', () => {
    const known = knowing({
      a: { version: 4, status: 'open', name: 'x' },
      b: { version: 2, status: 'closed' },
    });
    const plan = decideBatch(
      accountDecider,
      [
        request('a', { type: 'close' }, { expectedVersion: 3 }),
        request('b', { type: 'close' }, { expectedVersion: 3 }),
        request('a', { type: 'close' }, { expectedVersion: 4 }),
      ],
      known,
      stamp(),
    );
    expect(plan.settlements).toMatchObject([
      { kind: 'refused', error: { code: 'version-mismatch' } },
      { kind: 'refused', error: { code: 'missing' } },
      { kind: 'accepted', version: 5 },
    ]);
  });

  it('lets a claim change hands within a batch, and writes the net difference', () => {
    const known = knowing({
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
      known,
      stamp(),
    );
    expect(plan.settlements.map(({ kind }) => kind)).toEqual([
      'accepted',
      'accepted',
      'refused',
      'accepted',
      'accepted',
    ]);
    expect(plan.batch.releases).toEqual([{ scope: 'account-name', key: 'x', aggregateId: 'a' }]);
    expect(plan.batch.takes).toEqual([{ scope: 'account-name', key: 'x', aggregateId: 'b' }]);
  });

  it('refuses a claim that the store says is held by another', () => {
    const known = knowing({ b: { version: 0 } });
    known.holders.set('account-name\nx', 'a');
    const plan = decideBatch(accountDecider, [request('b', { type: 'open', name: 'x' })], known, stamp());
    expect(plan.settlements).toMatchObject([{ kind: 'refused', error: { code: 'name-taken' } }]);
    expect(plan.batch.events).toEqual([]);
  });

  it('fails one command whose decider breaks, and no other', () => {
    const known = knowing({ a: { version: 0 }, b: { version: 0 } });
    const broken = {
      type: 'open',
      get name(): string {
        throw new TypeError('a bug');
      },
    } as const;
    const plan = decideBatch(
      accountDecider,
      [request('a', broken), request('b', { type: 'open', name: 'y' })],
      known,
      stamp(),
    );
    expect(plan.settlements).toMatchObject([{ kind: 'failed' }, { kind: 'accepted', version: 1 }]);
  });

  it('stores an answer for each decision under a key, refusals included, and repeats what is stored', () => {
    const known = knowing({ a: { version: 0 }, b: { version: 0 } });
    const idempotency = (key: string, fingerprint = 'f') => ({
      idempotency: {
        scope: 's',
        key,
        fingerprint,
        render: ({ kind }: { kind: string }) => JSON.stringify(kind),
      },
    });
    known.answers.set('s\nold', { scope: 's', key: 'old', fingerprint: 'f', answer: '"before"' });
    const plan = decideBatch(
      accountDecider,
      [
        request('a', { type: 'open', name: 'x' }, idempotency('1')),
        request('b', { type: 'close' }, idempotency('2')),
        request('b', { type: 'close' }, idempotency('old')),
        request('b', { type: 'close' }, idempotency('old', 'other')),
      ],
      known,
      stamp(),
    );
    expect(plan.batch.answers.map(({ key, answer }) => [key, answer])).toEqual([
      ['1', '"accepted"'],
      ['2', '"refused"'],
    ]);
    expect(plan.settlements.slice(2)).toMatchObject([
      { kind: 'replayed', answer: '"before"' },
      { kind: 'failed', error: { code: 'idempotency-key-reused' } },
    ]);
  });
});

import type { Part } from '@eventfleet/resilience';
import { judgePostgres, judgeServers } from './judge-postgres.js';
import { sound } from './postgres-facts.fixture.js';
import type { PostgresFacts } from './postgres-facts.js';

const answered = (facts: Partial<PostgresFacts> = {}): Part<PostgresFacts> => ({
  ok: true,
  value: { ...sound, ...facts },
});
const silent = (reason = 'no answer'): Part<never> => ({ ok: false, reason });
const checks = (store: 'event store' | 'read store') =>
  judgePostgres(store, 'db:5432/fleet', answered()).map(({ check }) => check);

describe('the stores', () => {
  it('are ok throughout if nothing is the matter', () => {
    const findings = judgePostgres('event store', 'db:5432/fleet', answered());
    expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([]);
  });

  it('are judged by less where what is lost can be made anew', () => {
    const onlyEvents = checks('event store').filter((check) => !checks('read store').includes(check));
    expect(onlyEvents).toEqual([
      'synchronous_commit',
      'synchronous standbys',
      'wal_level',
      'oldest writing transaction',
      'prepared transactions',
      'keys of personal data',
    ]);
  });

  it('are one wrong line if they cannot be reached', () => {
    expect(judgePostgres('read store', 'db:5432/fleet', silent())).toEqual([
      {
        area: 'read store',
        check: 'reachable',
        value: 'db:5432/fleet: no answer',
        verdict: 'wrong',
        advice: expect.stringContaining('READ_STORE_URL'),
      },
    ]);
  });

  it.each([
    'unrecognized configuration parameter "transaction_timeout"',
    'unsupported startup parameter: options',
  ])('are too old, or behind a pooler: %s', (reason) => {
    expect(judgePostgres('event store', 'db', silent(reason))).toMatchObject([
      { verdict: 'wrong', advice: expect.stringContaining('Postgres 17') },
    ]);
  });

  it.each(['identity', 'standbys', 'clock', 'transactions', 'unmigrated', 'wrappingKeys'] as const)(
    'are judged by the rest if the question for %s has no answer',
    (part) => {
      const unknown = judgePostgres('event store', 'db', answered({ [part]: silent() })).filter(
        ({ verdict }) => verdict !== 'ok',
      );
      expect(unknown.length).toBeGreaterThan(0);
      for (const finding of unknown)
        expect(finding).toMatchObject({ verdict: 'risk', value: 'unknown: no answer' });
    },
  );

  it('are wrong if the settings lack a key that keys of users were wrapped by', () => {
    const inUse = answered({
      wrappingKeys: { ok: true, value: new Map(Object.entries({ 2026: 3, 2027: 1 })) },
    });
    const lineWith = (...kids: string[]) =>
      judgePostgres('event store', 'db', inUse, kids).find(({ check }) => check === 'keys of personal data');
    expect(lineWith('2027', '2026')).toMatchObject({ value: '"2026" (3), "2027" (1)', verdict: 'ok' });
    expect(lineWith('2027')).toMatchObject({
      value: 'lacks "2026" (3)',
      verdict: 'wrong',
      advice: expect.stringContaining('PERSONAL_DATA_KEY'),
    });
  });

  it('share a server, or not, or it is not known', () => {
    const other = answered({ identity: { ok: true, value: { systemIdentifier: '8', timeline: 1 } } });
    const verdicts = (reads: Part<PostgresFacts>) =>
      judgeServers(answered(), reads).map(({ verdict }) => verdict);
    expect(verdicts(answered())).toEqual(['risk']);
    expect(verdicts(other)).toEqual(['ok']);
    expect(verdicts(answered({ identity: silent() }))).toEqual([]);
    expect(verdicts(silent())).toEqual([]);
  });
});

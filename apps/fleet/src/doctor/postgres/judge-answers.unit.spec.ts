import type { Judgement } from '../finding.js';
import {
  judgeBlocker,
  judgeClock,
  judgeIdentity,
  judgeMigrations,
  judgePrepared,
  judgeSharedServer,
} from './judge-answers.js';
import { sound } from './postgres-facts.fixture.js';

const { server } = sound;
const none = { blocker: undefined, prepared: 0, oldestPreparedSeconds: 0 };
const openFor = (ageSeconds: number) => ({
  ...none,
  blocker: { pid: 7, applicationName: 'psql', ageSeconds },
});
const preparedFor = (oldestPreparedSeconds: number) => ({ ...none, prepared: 1, oldestPreparedSeconds });
const hidden = { ...server, seesAll: false };
const [one, other] = ['1', '2'].map((systemIdentifier) => ({ systemIdentifier, timeline: 3 })) as [
  { systemIdentifier: string; timeline: number },
  { systemIdentifier: string; timeline: number },
];

describe('what a Postgres server answers', () => {
  it.each<[string, Judgement, Judgement['verdict']]>([
    ['its clock a second off', judgeClock({ ms: 1_000, uncertaintyMs: 0 }), 'ok'],
    ['its clock more than a second ahead', judgeClock({ ms: 1_010, uncertaintyMs: 9 }), 'risk'],
    ['its clock more than a second behind', judgeClock({ ms: -1_010, uncertaintyMs: 9 }), 'risk'],
    ['its clock perhaps more than a second off', judgeClock({ ms: 1_010, uncertaintyMs: 10 }), 'ok'],
    ['its clock more than a minute behind', judgeClock({ ms: -60_001, uncertaintyMs: 0 }), 'wrong'],
    ['no transaction', judgeBlocker(server, none), 'ok'],
    ['none to a role that sees no others', judgeBlocker(hidden, none), 'risk'],
    ['a transaction of 10 s', judgeBlocker(server, openFor(10)), 'ok'],
    ['a transaction of more than 10 s', judgeBlocker(server, openFor(10.1)), 'risk'],
    ['a transaction of more than a minute', judgeBlocker(server, openFor(60.1)), 'wrong'],
    ['one to a role that sees no others', judgeBlocker(hidden, openFor(60.1)), 'wrong'],
    ['no prepared transaction', judgePrepared(none), 'ok'],
    ['a prepared transaction of 10 s', judgePrepared(preparedFor(10)), 'ok'],
    ['a prepared transaction of more than 10 s', judgePrepared(preparedFor(11)), 'risk'],
    ['a prepared transaction of more than a minute', judgePrepared(preparedFor(61)), 'wrong'],
    ['all migrations', judgeMigrations([]), 'ok'],
    ['a migration that is missing', judgeMigrations(['notifier']), 'wrong'],
    ['a server for both stores', judgeSharedServer(one, one), 'risk'],
    ['a server for each store', judgeSharedServer(one, other), 'ok'],
  ])('with %s', (_, { verdict }, expected) => {
    expect(verdict).toBe(expected);
  });

  it('names who holds the tail back, and what ends it', () => {
    expect(judgeBlocker(server, openFor(90))).toMatchObject({
      value: 'pid 7 (psql), 90 s',
      advice: expect.stringContaining('select pg_terminate_backend(7)'),
    });
  });

  it('shows the identity, which nobody judges', () => {
    expect(judgeIdentity(other)).toEqual({ value: 'system 2, timeline 3', verdict: 'ok' });
  });
});

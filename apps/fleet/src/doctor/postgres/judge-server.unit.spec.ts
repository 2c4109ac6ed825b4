import type { Judgement } from '../finding.js';
import { sound } from './postgres-facts.fixture.js';
import {
  judgeChecksums,
  judgeFsync,
  judgeFullPageWrites,
  judgeLoggedParameters,
  judgeRole,
  judgeStandbys,
  judgeSynchronousCommit,
  judgeTimeouts,
  judgeVersion,
  judgeWalLevel,
  standbysNeeded,
} from './judge-server.js';
import type { ServerFacts, Store } from './postgres-facts.js';

const server = (facts: Partial<ServerFacts>): ServerFacts => ({ ...sound.server, ...facts });
const EVENTS: Store = 'event store';
const READS: Store = 'read store';

describe('a Postgres server', () => {
  it.each<[string, Judgement, Judgement['verdict']]>([
    ['is tested on version 18', judgeVersion(server({ versionNumber: 180_004 })), 'ok'],
    ['may have version 17', judgeVersion(server({ versionNumber: 170_000 })), 'ok'],
    ['is wrong before version 17', judgeVersion(server({ versionNumber: 160_011 })), 'wrong'],
    ['is a primary', judgeRole(server({ isStandby: false })), 'ok'],
    ['is wrong as a standby', judgeRole(server({ isStandby: true })), 'wrong'],
    ['has fsync', judgeFsync(EVENTS, server({ fsync: 'on' })), 'ok'],
    ['is wrong without fsync', judgeFsync(EVENTS, server({ fsync: 'off' })), 'wrong'],
    ['is a risk without fsync as read store', judgeFsync(READS, server({ fsync: 'off' })), 'risk'],
    ['has full_page_writes', judgeFullPageWrites(EVENTS, server({ fullPageWrites: 'on' })), 'ok'],
    [
      'is wrong without full_page_writes',
      judgeFullPageWrites(EVENTS, server({ fullPageWrites: 'off' })),
      'wrong',
    ],
    [
      'is a risk without them as read store',
      judgeFullPageWrites(READS, server({ fullPageWrites: 'off' })),
      'risk',
    ],
    ['has checksums', judgeChecksums(server({ dataChecksums: 'on' })), 'ok'],
    ['is a risk without checksums', judgeChecksums(server({ dataChecksums: 'off' })), 'risk'],
    ['has wal_level replica', judgeWalLevel(server({ walLevel: 'replica' })), 'ok'],
    ['has wal_level logical', judgeWalLevel(server({ walLevel: 'logical' })), 'ok'],
    ['is a risk with wal_level minimal', judgeWalLevel(server({ walLevel: 'minimal' })), 'risk'],
    [
      'bounds transactions',
      judgeTimeouts(server({ transactionTimeoutMs: 5_000, idleTimeoutMs: 5_000 })),
      'ok',
    ],
    ['logs no parameters, as it logs no statements', judgeLoggedParameters(server({})), 'ok'],
    [
      'logs statements alone',
      judgeLoggedParameters(server({ logsStatements: true, loggedParameterBytes: 0 })),
      'ok',
    ],
    ['is a risk if it logs parameters', judgeLoggedParameters(server({ logsStatements: true })), 'risk'],
    ['is wrong if it bounds none', judgeTimeouts(server({ transactionTimeoutMs: 0 })), 'wrong'],
    ['is wrong if it bounds no idle one', judgeTimeouts(server({ idleTimeoutMs: 0 })), 'wrong'],
  ])('%s', (_, { verdict }, expected) => {
    expect(verdict).toBe(expected);
  });

  it.each<[string, Judgement['verdict']]>([
    ['on', 'ok'],
    ['remote_apply', 'ok'],
    ['remote_write', 'risk'],
    ['local', 'risk'],
    ['off', 'wrong'],
  ])('with synchronous_commit %s is %s', (synchronousCommit, expected) => {
    expect(judgeSynchronousCommit(server({ synchronousCommit })).verdict).toBe(expected);
  });

  it.each<[Partial<ServerFacts>, connected: number, synchronous: number, Judgement['verdict']]>([
    [{ synchronousStandbyNames: '' }, 0, 0, 'risk'],
    [{ synchronousStandbyNames: '' }, 2, 0, 'risk'],
    [{ synchronousStandbyNames: '*' }, 1, 1, 'ok'],
    [{ synchronousStandbyNames: '*' }, 0, 0, 'wrong'],
    [{ synchronousStandbyNames: 'ANY 2 (a, b, c)' }, 3, 3, 'ok'],
    [{ synchronousStandbyNames: 'ANY 2 (a, b, c)' }, 1, 1, 'wrong'],
    [{ synchronousStandbyNames: '*', synchronousCommit: 'local' }, 0, 0, 'ok'],
    [{ synchronousStandbyNames: '*', seesAll: false }, 1, 0, 'risk'],
  ])('with %j, %i standbys and %i synchronous ones is %4$s', (facts, connected, synchronous, expected) => {
    expect(judgeStandbys(server(facts), { connected, synchronous }).verdict).toBe(expected);
  });

  it.each([
    ['', 0],
    ['  ', 0],
    ['*', 1],
    ['a, b', 1],
    ['"2 (x)"', 1],
    ['2 (a, b)', 2],
    ['FIRST 1 (a, b)', 1],
    ['any 3(a, b, c)', 3],
  ])('whose synchronous_standby_names are %j waits for %i', (names, expected) => {
    expect(standbysNeeded(names)).toBe(expected);
  });
});

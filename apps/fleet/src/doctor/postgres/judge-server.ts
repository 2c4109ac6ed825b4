import { ok, risk, wrong, type Judgement } from '../finding.js';
import { seconds } from '../units.js';
import type { ServerFacts, StandbyFacts, Store } from './postgres-facts.js';

/** The first with `transaction_timeout`. */
const OLDEST_VERSION = 170_000;
const TESTED_MAJOR = 18;
const VERSIONS_IN_MAJOR = 10_000;
/** Commits wait for the standbys that are synchronous. */
const WAITS_FOR_STANDBYS = new Set(['on', 'remote_apply', 'remote_write']);

export function judgeVersion({ version, versionNumber }: ServerFacts): Judgement {
  if (versionNumber < OLDEST_VERSION)
    return wrong(
      version,
      'It has no transaction_timeout, so a transaction may stay open for ever. Use Postgres 18.',
    );
  const isTested = Math.floor(versionNumber / VERSIONS_IN_MAJOR) === TESTED_MAJOR;
  return ok(isTested ? version : `${version} (the tests run on ${TESTED_MAJOR})`);
}

export function judgeRole({ isStandby }: ServerFacts): Judgement {
  return isStandby
    ? wrong('standby', 'It refuses every write. Name the primary in the URL, or promote this server.')
    : ok('primary');
}

/** Of the event store: whether a commit is durable before the command is answered. */
export function judgeSynchronousCommit({ synchronousCommit }: ServerFacts): Judgement {
  const set = `Set it to on, in postgresql.conf and for the role and database of the fleet.`;
  switch (synchronousCommit) {
    case 'off':
      return wrong('off', `A crash of the server loses acknowledged commands. ${set}`);
    case 'local':
      return risk('local', `A commit does not wait for a standby: it is lost with this server. ${set}`);
    case 'remote_write':
      return risk('remote_write', `A commit is lost if this server and the standby's machine crash. ${set}`);
    default:
      return ok(synchronousCommit);
  }
}

/** Whether what is acknowledged outlives this server. */
export function judgeStandbys(server: ServerFacts, standbys: StandbyFacts): Judgement {
  const { connected, synchronous } = standbys;
  const value = `${synchronous} synchronous of ${connected} connected`;
  const needed = standbysNeeded(server.synchronousStandbyNames);
  if (needed === 0)
    return risk(
      value,
      'An acknowledged command can be lost if this server is lost. Connect a standby, and name it in synchronous_standby_names.',
    );
  if (!server.seesAll && connected > 0)
    return risk('unknown', 'The role does not see the state of standbys: grant pg_read_all_stats to it.');
  if (synchronous < needed && WAITS_FOR_STANDBYS.has(server.synchronousCommit))
    return wrong(
      `${value}, ${needed} needed`,
      'Every commit waits until more standbys are there: start them, or take them out of synchronous_standby_names.',
    );
  return ok(value);
}

/** How many standbys a commit waits for: https://www.postgresql.org/docs/18/runtime-config-replication.html */
export function standbysNeeded(names: string): number {
  if (names.trim() === '') return 0;
  return Number(/^\s*(?:(?:first|any)\s+)?(\d+)\s*\(/i.exec(names)?.[1] ?? 1);
}

export function judgeFsync(store: Store, { fsync }: ServerFacts): Judgement {
  return fsync === 'on' ? ok('on') : afterCrash(store, fsync, 'fsync');
}

export function judgeFullPageWrites(store: Store, { fullPageWrites }: ServerFacts): Judgement {
  return fullPageWrites === 'on' ? ok('on') : afterCrash(store, fullPageWrites, 'full_page_writes');
}

function afterCrash(store: Store, value: string, setting: string): Judgement {
  const set = `Set ${setting} to on in postgresql.conf.`;
  return store === 'event store'
    ? wrong(value, `A crash of the machine can damage the event store for good. ${set}`)
    : risk(value, `A crash of the machine can damage the read store, which must be made anew then. ${set}`);
}

export function judgeChecksums({ dataChecksums }: ServerFacts): Judgement {
  return dataChecksums === 'on'
    ? ok('on')
    : risk(
        dataChecksums,
        'A disk that returns wrong bytes is not noticed. Stop the server and run pg_checksums --enable.',
      );
}

/** Of the event store: whether it can have a standby, or a backup up to any moment. */
export function judgeWalLevel({ walLevel }: ServerFacts): Judgement {
  return walLevel === 'minimal'
    ? risk(
        walLevel,
        'It can have no standby and no continuous backup. Set wal_level to replica and restart it.',
      )
    : ok(walLevel);
}

/** Whether personal data goes into the server's own log, where no erasure finds it. */
export function judgeLoggedParameters({ logsStatements, loggedParameterBytes }: ServerFacts): Judgement {
  if (!logsStatements || loggedParameterBytes === 0) return ok('none');
  return risk(
    'logged with statements',
    'Names and emails of users go into the log of the server. Set log_parameter_max_length to 0.',
  );
}

/** As a session of the fleet has them. */
export function judgeTimeouts({ transactionTimeoutMs, idleTimeoutMs }: ServerFacts): Judgement {
  const value = `${bound(transactionTimeoutMs)}, idle ${bound(idleTimeoutMs)}`;
  return transactionTimeoutMs > 0 && idleTimeoutMs > 0
    ? ok(value)
    : wrong(
        value,
        "A transaction of the fleet may stay open for ever. A pooler drops the session's options: connect to the server itself.",
      );
}

function bound(ms: number): string {
  return ms > 0 ? seconds(ms / 1_000) : 'unlimited';
}

import type { Part } from '@eventfleet/resilience';
import { ok, wrong, type Finding, type Judgement } from '../finding.js';
import { judgePart } from '../judge-part.js';
import {
  judgeBlocker,
  judgeClock,
  judgeIdentity,
  judgeMigrations,
  judgePrepared,
  judgeSharedServer,
  judgeWrappingKeys,
} from './judge-answers.js';
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
} from './judge-server.js';
import type { PostgresFacts, Store } from './postgres-facts.js';

/**
 * @param address host, port and database
 * @param kids the names of the keys in `PERSONAL_DATA_KEY`
 */
export function judgePostgres(
  store: Store,
  address: string,
  part: Part<PostgresFacts>,
  kids: readonly string[] = [],
): Finding[] {
  if (!part.ok) return [{ area: store, check: 'reachable', ...unreachable(store, address, part.reason) }];
  const { server, identity, standbys, clock, transactions, unmigrated, wrappingKeys } = part.value;
  const lines: Record<string, Judgement> = {
    reachable: ok(address),
    version: judgeVersion(server),
    role: judgeRole(server),
    identity: judgePart(identity, judgeIdentity),
    migrations: judgePart(unmigrated, judgeMigrations),
    ...(store === 'event store'
      ? {
          synchronous_commit: judgeSynchronousCommit(server),
          'synchronous standbys': judgePart(standbys, (found) => judgeStandbys(server, found)),
          wal_level: judgeWalLevel(server),
          'oldest writing transaction': judgePart(transactions, (open) => judgeBlocker(server, open)),
          'prepared transactions': judgePart(transactions, judgePrepared),
          'keys of personal data': judgePart(wrappingKeys, (inUse) => judgeWrappingKeys(inUse, kids)),
        }
      : {}),
    fsync: judgeFsync(store, server),
    full_page_writes: judgeFullPageWrites(store, server),
    'data checksums': judgeChecksums(server),
    'logged parameters': judgeLoggedParameters(server),
    'transaction timeouts': judgeTimeouts(server),
    'clock difference': judgePart(clock, judgeClock),
  };
  return Object.entries(lines).map(([check, judgement]) => ({ area: store, check, ...judgement }));
}

/** None if the server of one of them is not known. */
export function judgeServers(eventStore: Part<PostgresFacts>, readStore: Part<PostgresFacts>): Finding[] {
  if (!eventStore.ok || !readStore.ok) return [];
  const [events, reads] = [eventStore.value.identity, readStore.value.identity];
  if (!events.ok || !reads.ok) return [];
  return [{ area: 'read store', check: 'server', ...judgeSharedServer(events.value, reads.value) }];
}

/** Postgres before 17 refuses the setting, and poolers such as PgBouncer refuse start-up options. */
const REFUSED_OPTIONS = /transaction_timeout|startup parameter/;

function unreachable(store: Store, address: string, reason: string): Judgement {
  const variable = store === 'event store' ? 'EVENT_STORE_URL' : 'READ_STORE_URL';
  return wrong(
    `${address}: ${reason}`,
    REFUSED_OPTIONS.test(reason)
      ? `The fleet needs Postgres 17 or newer, without a pooler in front that refuses options: see ${variable}.`
      : `Nothing else could be checked. Start the server, correct ${variable}, or make its database: npm run fleet -- migrate`,
  );
}

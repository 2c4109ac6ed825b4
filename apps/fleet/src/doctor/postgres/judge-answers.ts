import type { WrappingKeysInUse } from '@eventfleet/event-store';
import { ok, risk, wrong, type Judgement } from '../finding.js';
import { seconds } from '../units.js';
import type { ClockDifference, OpenTransactions, ServerFacts, ServerIdentity } from './postgres-facts.js';

const CLOCK_RISK_MS = 1_000;
const CLOCK_WRONG_MS = 60_000;
/** No transaction of the fleet lasts so long. */
const OPEN_RISK_SECONDS = 10;
const OPEN_WRONG_SECONDS = 60;

export function judgeIdentity({ systemIdentifier, timeline }: ServerIdentity): Judgement {
  return ok(`system ${systemIdentifier}, timeline ${timeline}`);
}

export function judgeClock({ ms, uncertaintyMs }: ClockDifference): Judgement {
  const value = `${ms < 0 ? '-' : '+'}${seconds(Math.abs(Math.round(ms)) / 1_000)}`;
  const certain = Math.max(0, Math.abs(ms) - uncertaintyMs);
  const advice =
    'The times of events and timers are not those of the server. Run an NTP client on both machines.';
  if (certain > CLOCK_WRONG_MS) return wrong(value, advice);
  return certain > CLOCK_RISK_MS ? risk(value, advice) : ok(value);
}

/** Of the event store: what holds the tail back. */
export function judgeBlocker({ seesAll }: ServerFacts, { blocker }: OpenTransactions): Judgement {
  if (!blocker)
    return seesAll
      ? ok('none')
      : risk('unknown', 'The role does not see sessions of others: grant pg_read_all_stats to it.');
  const { pid, applicationName, ageSeconds } = blocker;
  return judgeAge(
    `pid ${pid} (${applicationName || 'no name'}), ${seconds(Math.round(ageSeconds))}`,
    ageSeconds,
    `End it: select pg_terminate_backend(${pid}).`,
  );
}

/** A prepared transaction belongs to no session, so no timeout ends it. */
export function judgePrepared({ prepared, oldestPreparedSeconds }: OpenTransactions): Judgement {
  if (prepared === 0) return ok('none');
  return judgeAge(
    `${prepared}, the oldest ${seconds(Math.round(oldestPreparedSeconds))}`,
    oldestPreparedSeconds,
    'End it: pg_prepared_xacts names it for commit prepared or rollback prepared.',
  );
}

function judgeAge(value: string, ageSeconds: number, remedy: string): Judgement {
  const advice = `No newer event is published before this transaction ends. ${remedy}`;
  if (ageSeconds > OPEN_WRONG_SECONDS) return wrong(value, advice);
  return ageSeconds > OPEN_RISK_SECONDS ? risk(value, advice) : ok(value);
}

export function judgeMigrations(unmigrated: readonly string[]): Judgement {
  return unmigrated.length === 0
    ? ok('all applied')
    : wrong(`missing: ${unmigrated.join(', ')}`, 'The apps wait for them: npm run fleet -- migrate');
}

/** @param set the names of the keys in `PERSONAL_DATA_KEY` */
export function judgeWrappingKeys(inUse: WrappingKeysInUse, set: readonly string[]): Judgement {
  const names = (keys: readonly (readonly [kid: string, count: number])[]) =>
    keys.map(([kid, count]) => `${JSON.stringify(kid)} (${count})`).join(', ') || 'none';
  const lacking = [...inUse].filter(([kid]) => !set.includes(kid));
  if (lacking.length === 0) return ok(names([...inUse]));
  return wrong(
    `lacks ${names(lacking)}`,
    'So many keys of users cannot be unwrapped: their events are parked and their mails wait. ' +
      'Add the key to PERSONAL_DATA_KEY of every app. Then npm run fleet -- parked retry --all, and retry the dead letters. ' +
      'Before you remove the key again: npm run fleet -- rewrap.',
  );
}

/** Whether the read store has a server of its own. */
export function judgeSharedServer(eventStore: ServerIdentity, readStore: ServerIdentity): Judgement {
  return eventStore.systemIdentifier === readStore.systemIdentifier
    ? risk(
        "the event store's",
        'A long transaction there delays every event, and both stores are lost together. Set READ_STORE_URL to a server of its own.',
      )
    : ok('its own');
}

import type { Statement } from '@eventfleet/postgres';

export interface InstanceRow {
  readonly instance_id: string;
  readonly state: string | null;
  readonly sent: number;
}

/** Locks instances, always in the same order, until the transaction ends. One without a row is not locked. */
export function lockInstances(processManager: string, ids: readonly string[]): Statement {
  return {
    name: 'lock-instances',
    text: `${SELECT_INSTANCES} for update`,
    values: [processManager, ids],
  };
}

/** Locks those instances that no other transaction has locked. */
export function lockFreeInstances(processManager: string, ids: readonly string[]): Statement {
  return {
    name: 'lock-free-instances',
    text: `${SELECT_INSTANCES} for update skip locked`,
    values: [processManager, ids],
  };
}

const SELECT_INSTANCES = `select instance_id, state::text as state, sent from instances
  where process_manager = $1 and instance_id = any($2::text[]) order by instance_id`;

export interface DueTimerRow {
  readonly instance_id: string;
  readonly name: string;
  readonly due_at: string;
  readonly fired_at: string;
  readonly correlation_id: string;
  readonly traceparent: string;
}

/** The timers of these instances that are due, in the order of their times. */
export function readDueTimers(processManager: string, ids: readonly string[]): Statement {
  return {
    name: 'read-due-timers',
    text: `select instance_id, name, correlation_id, traceparent,
             to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as due_at,
             to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as fired_at
           from timers where process_manager = $1 and instance_id = any($2::text[]) and fires_at <= clock_timestamp()
           order by timers.due_at, name`,
    values: [processManager, ids],
  };
}

/** Instances with timers that are due, the longest waiting first. */
export function findDueInstances(processManager: string, limit: number): Statement {
  return {
    name: 'find-due-instances',
    text: `select instance_id from timers where process_manager = $1 and fires_at <= clock_timestamp()
           group by instance_id order by min(fires_at) limit $2`,
    values: [processManager, limit],
  };
}

/** Postpones the due timers of an instance: by a second, and by twice as long after every failure, up to five minutes. */
export function postponeDueTimers(processManager: string, id: string): Statement {
  return {
    text: `update timers set failures = failures + 1,
             fires_at = clock_timestamp() + make_interval(secs => least(300, 2 ^ least(failures, 10)))
           where process_manager = $1 and instance_id = $2 and fires_at <= clock_timestamp()`,
    values: [processManager, id],
  };
}

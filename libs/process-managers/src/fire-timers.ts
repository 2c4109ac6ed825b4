import { oneByOne, pipeline, type Statement, withArrayTexts } from '@eventfleet/postgres';
import { wrapProjectionFailure } from '@eventfleet/projections';
import { failpoint, isArmed } from '@eventfleet/resilience';
import type pg from 'pg';
import {
  lockFreeInstances,
  readDueTimers,
  type DueTimerRow,
  type InstanceRow,
} from './instance-statements.js';
import { Instance } from './instance.js';
import type { AnyProcessManager } from './process-manager.js';
import { toStored } from './process-manager-projections.js';
import { writeInstances } from './write-instances.js';

/**
 * Fires the due timers of instances in one transaction: state, commands and the timers' end are written together. What
 * another transaction holds is left to it, and what is due is read again under the lock: so a timer that an event has
 * cancelled meanwhile, or another process has fired, does not fire.
 * @returns how many fired
 * @throws ProjectionError `projection-failed` where the process manager throws; nothing is written then
 */
export async function fireTimers(
  client: pg.ClientBase,
  processManager: AnyProcessManager,
  ids: readonly string[],
): Promise<number> {
  const { name } = processManager;
  const [, locked, due] = await pipeline(client, [
    'begin',
    lockFreeInstances(name, ids),
    readDueTimers(name, ids),
  ]);
  const instances = new Map(
    ((locked?.rows ?? []) as InstanceRow[]).map((row) => [
      row.instance_id,
      Instance.ofStored(processManager, toStored(row)),
    ]),
  );
  const timers = ((due?.rows ?? []) as DueTimerRow[]).filter((timer) => instances.has(timer.instance_id));
  const fired = wrapProjectionFailure(name, () =>
    timers.filter((timer) => fire(instances.get(timer.instance_id)!, timer)),
  );
  await write(client, writeInstances(processManager, [...instances.values()]));
  return fired.length;
}

/** A timer that the one before it has cancelled or set anew, or whose instance that one has ended, is no longer due. */
function fire(instance: Instance, timer: DueTimerRow): boolean {
  const { name, due_at: dueAt, fired_at: firedAt, correlation_id: correlationId, traceparent } = timer;
  if (instance.hasEnded || instance.timers.has(name)) return false;
  const causationId = instance.id;
  instance.take({ type: 'timer', name, dueAt, firedAt }, { correlationId, causationId, traceparent });
  return true;
}

async function write(client: pg.ClientBase, statements: readonly Statement[]): Promise<void> {
  const withCommit = function* (): Generator<Statement | string> {
    yield* statements.map(withArrayTexts);
    failpoint('between timer and commit');
    yield 'commit';
  };
  await (isArmed() ? oneByOne(client, withCommit()) : pipeline(client, withCommit()));
}

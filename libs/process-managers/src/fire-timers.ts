import { withBatch } from '@eventfleet/observability';
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
import { ProcessInstance } from './process-instance.js';
import type { AnyProcessManager } from './process-manager.js';
import { toStored } from './process-manager-projections.js';
import { describeTimers } from './timer-spans.js';
import { writeInstances } from './write-instances.js';

/**
 * Fires the due timers of instances in one transaction, which it begins and commits: state, commands and the end of the
 * timers are written together. Skips instances that another transaction holds. Reads under the lock which timers are
 * due: so a timer that an event has cancelled meanwhile, or another process has fired, does not fire.
 * @returns how many fired
 * @throws ProjectionError `projection-failed` if the process manager throws. The caller rolls back after any error
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
      ProcessInstance.fromStored(processManager, toStored(row)),
    ]),
  );
  const timers = ((due?.rows ?? []) as DueTimerRow[]).filter((timer) => instances.has(timer.instance_id));
  return withBatch(timers, describeTimers(name), async (spans) => {
    const fired = wrapProjectionFailure(name, () =>
      timers.filter((timer) => {
        const traceparent = spans?.traceparentOf(timer) ?? timer.traceparent;
        return fire(instances.get(timer.instance_id)!, timer, traceparent);
      }),
    );
    await write(client, writeInstances(processManager, [...instances.values()]));
    return fired.length;
  });
}

/** A timer is no longer due if an earlier one has cancelled it, set it anew, or ended its instance. */
function fire(instance: ProcessInstance, timer: DueTimerRow, traceparent: string): boolean {
  const { name, due_at: dueAt, fired_at: firedAt, correlation_id: correlationId } = timer;
  if (instance.hasEnded || instance.timers.has(name)) return false;
  const causationId = instance.id;
  instance.react({ type: 'timer', name, dueAt, firedAt }, { correlationId, causationId, traceparent });
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

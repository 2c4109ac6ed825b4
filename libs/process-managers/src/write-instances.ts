import type { Statement } from '@eventfleet/postgres';
import type { ProcessInstance, SentCommand, SetTimer } from './process-instance.js';
import type { AnyProcessManager } from './process-manager.js';

/**
 * Set-based statements that write instances, their timers and their commands. The row of an instance that has ended
 * stays only if it has sent commands: it stores how many, so that no number, and so no command id, is used twice.
 */
export function writeInstances(
  processManager: AnyProcessManager,
  instances: readonly ProcessInstance[],
): Statement[] {
  const { name } = processManager;
  const sorted = instances.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const isKept = ({ stateText, sent }: ProcessInstance) => stateText !== undefined || sent > 0;
  const added = sorted.filter((instance) => instance.isNew && isKept(instance));
  const changed = sorted.filter((instance) => !instance.isNew && isKept(instance) && isChanged(instance));
  const ended = sorted.filter(
    ({ stored, stateText }) => stored.state !== undefined && stateText === undefined,
  );
  const removed = ended.filter((instance) => !isKept(instance));
  const timers = sorted.flatMap(({ id, timers }) => [...timers].map(([timer, set]) => ({ id, timer, set })));
  const set = timers.flatMap(({ set, ...key }) => (set ? [{ ...key, ...set }] : []));
  const cancelled = timers.filter((timer) => timer.set === null);
  const commands = sorted.flatMap((instance) => instance.commands);
  return [
    ...(added.length > 0 ? [insertInstances(name, added)] : []),
    ...(changed.length > 0 ? [updateInstances(name, changed)] : []),
    ...(cancelled.length > 0 ? [deleteTimers(name, cancelled)] : []),
    ...(ended.length > 0 ? [deleteAllTimers(name, ended)] : []),
    ...(removed.length > 0 ? [deleteInstances(name, removed)] : []),
    ...(set.length > 0 ? [upsertTimers(name, set)] : []),
    ...(commands.length > 0 ? [insertCommands(processManager, commands)] : []),
  ];
}

function isChanged({ stored, stateText, sent }: ProcessInstance): boolean {
  return stateText !== stored.state || sent !== stored.sent;
}

/**
 * If two sources begin one instance at the same time, the second insert waits and then fails on the primary key. Its
 * batch is tried again, and finds the row. An upsert would overwrite the first one's state.
 */
function insertInstances(processManager: string, instances: readonly ProcessInstance[]): Statement {
  return {
    name: 'insert-instances',
    text: `insert into instances (process_manager, instance_id, state, sent)
           select $1, * from unnest($2::text[], $3::json[], $4::integer[])`,
    values: [processManager, ...columnsOf(instances)],
  };
}

function updateInstances(processManager: string, instances: readonly ProcessInstance[]): Statement {
  return {
    name: 'update-instances',
    text: `update instances set state = changed.state, sent = changed.sent
           from unnest($2::text[], $3::json[], $4::integer[]) as changed (id, state, sent)
           where process_manager = $1 and instance_id = changed.id`,
    values: [processManager, ...columnsOf(instances)],
  };
}

function columnsOf(instances: readonly ProcessInstance[]): unknown[] {
  return [
    instances.map(({ id }) => id),
    instances.map(({ stateText }) => stateText ?? null),
    instances.map(({ sent }) => sent),
  ];
}

function deleteInstances(processManager: string, instances: readonly ProcessInstance[]): Statement {
  return {
    name: 'delete-instances',
    text: `delete from instances where process_manager = $1 and instance_id = any($2::text[])`,
    values: [processManager, instances.map(({ id }) => id)],
  };
}

interface TimerKey {
  readonly id: string;
  readonly timer: string;
}

function deleteTimers(processManager: string, timers: readonly TimerKey[]): Statement {
  return {
    name: 'delete-timers',
    text: `delete from timers using unnest($2::text[], $3::text[]) as cancelled (id, name)
           where process_manager = $1 and instance_id = cancelled.id and timers.name = cancelled.name`,
    values: [processManager, timers.map(({ id }) => id), timers.map(({ timer }) => timer)],
  };
}

function deleteAllTimers(processManager: string, instances: readonly ProcessInstance[]): Statement {
  return {
    name: 'delete-all-timers',
    text: `delete from timers where process_manager = $1 and instance_id = any($2::text[])`,
    values: [processManager, instances.map(({ id }) => id)],
  };
}

function upsertTimers(processManager: string, timers: readonly (TimerKey & SetTimer)[]): Statement {
  return {
    name: 'upsert-timers',
    text: `insert into timers (process_manager, instance_id, name, due_at, fires_at, correlation_id, traceparent)
           select $1, id, name, due_at, due_at, correlation_id, traceparent
           from unnest($2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[])
             as timer (id, name, due_at, correlation_id, traceparent)
           on conflict (process_manager, instance_id, name) do update set due_at = excluded.due_at,
             fires_at = excluded.fires_at, failures = 0, correlation_id = excluded.correlation_id,
             traceparent = excluded.traceparent`,
    values: [
      processManager,
      timers.map(({ id }) => id),
      timers.map(({ timer }) => timer),
      timers.map(({ dueAt }) => dueAt),
      timers.map(({ correlationId }) => correlationId),
      timers.map(({ traceparent }) => traceparent),
    ],
  };
}

/** In their order, which is also the order of their positions. */
function insertCommands({ commands: catalog }: AnyProcessManager, sent: readonly SentCommand[]): Statement {
  return {
    name: 'insert-commands',
    text: `insert into outbox (event_id, aggregate_type, aggregate_id, version, event_type, schema_version, data,
                               correlation_id, causation_id, traceparent)
           select event_id, $1, aggregate_id, version, event_type, schema_version, data, correlation_id, causation_id,
                  traceparent
           from unnest($2::uuid[], $3::uuid[], $4::integer[], $5::text[], $6::smallint[], $7::json[], $8::text[],
                       $9::text[], $10::text[]) with ordinality
             as sent (event_id, aggregate_id, version, event_type, schema_version, data, correlation_id, causation_id,
                      traceparent, place)
           order by place`,
    values: [
      catalog.aggregateType,
      sent.map(({ commandId }) => commandId),
      sent.map(({ command }) => command.aggregateId),
      sent.map(({ number }) => number),
      sent.map(({ command }) => command.type),
      sent.map(({ command }) => catalog.schemaVersionOf(command.type)),
      sent.map(({ command }) => JSON.stringify(command.data)),
      sent.map(({ correlationId }) => correlationId),
      sent.map(({ causationId }) => causationId),
      sent.map(({ traceparent }) => traceparent),
    ],
  };
}

import type { EventCatalog, EventEnvelope, RecordedEvent } from '@eventfleet/contracts';
import type { Statement } from '@eventfleet/postgres';
import { wrapProjectionFailure, type ReadingProjection } from '@eventfleet/projections';
import type pg from 'pg';
import { lockInstances, type InstanceRow } from './instance-statements.js';
import { ProcessInstance } from './process-instance.js';
import type { AnyProcessManager } from './process-manager.js';
import { writeInstances } from './write-instances.js';

/**
 * A process manager as projections, one for each source. So state, commands and timers are written in the transaction
 * of the checkpoint, each event counts once, and an event at fault is parked with its key. Batches and timers lock the
 * instances that they touch in the same order.
 */
export function processManagerProjections(processManager: AnyProcessManager): ReadingProjection[] {
  return processManager.sources.map((catalog) => ({
    name: processManager.name,
    topic: catalog.topic,
    readAndPrepare: (client, events) => reactTo(client, processManager, catalog, events),
  }));
}

async function reactTo(
  client: pg.ClientBase,
  processManager: AnyProcessManager,
  catalog: EventCatalog,
  events: readonly RecordedEvent[],
): Promise<Statement[]> {
  const { name } = processManager;
  const parsed = events.map((event) => catalog.parse(event));
  const routed = wrapProjectionFailure(name, () =>
    parsed.flatMap((event) => routeToInstance(processManager, event)),
  );
  if (routed.length === 0) return [];
  const ids = [...new Set(routed.map(({ id }) => id))];
  const locked = await client.query<InstanceRow>(lockInstances(name, ids));
  const instances = new Map(
    locked.rows.map((row) => [row.instance_id, ProcessInstance.fromStored(processManager, toStored(row))]),
  );
  return wrapProjectionFailure(name, () => {
    for (const { id, event } of routed) {
      const instance = instances.get(id) ?? ProcessInstance.begin(processManager, id);
      instances.set(id, instance);
      instance.react(event, { ...causeOf(event) });
    }
    return writeInstances(processManager, [...instances.values()]);
  });
}

function routeToInstance(
  processManager: AnyProcessManager,
  event: EventEnvelope,
): { readonly id: string; readonly event: EventEnvelope }[] {
  const id = processManager.instanceOf(event);
  return id === undefined ? [] : [{ id, event }];
}

function causeOf({ correlationId, eventId, traceparent }: EventEnvelope) {
  return { correlationId, causationId: eventId, traceparent };
}

export function toStored({ instance_id: id, state, sent }: InstanceRow) {
  return { id, state: state ?? undefined, sent };
}

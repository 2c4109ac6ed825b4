import type { EventCatalog, EventEnvelope, RecordedEvent } from '@eventfleet/contracts';
import type { Statement } from '@eventfleet/postgres';
import { wrapProjectionFailure, type ReadingProjection } from '@eventfleet/projections';
import type pg from 'pg';
import { lockInstances, type InstanceRow } from './instance-statements.js';
import { Instance } from './instance.js';
import type { AnyProcessManager } from './process-manager.js';
import { writeInstances } from './write-instances.js';

/**
 * A process manager as the projection runtime runs it, one projection a source: so state, commands and timers are
 * written in the transaction of the checkpoint, each event counts once, and one at fault is parked with its key. A batch
 * locks the instances that it touches in one order, whichever source or timer they are touched by.
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
  const addressed = wrapProjectionFailure(name, () =>
    parsed.flatMap((event) => address(processManager, event)),
  );
  if (addressed.length === 0) return [];
  const ids = [...new Set(addressed.map(({ id }) => id))];
  const locked = await client.query<InstanceRow>(lockInstances(name, ids));
  const instances = new Map(
    locked.rows.map((row) => [row.instance_id, Instance.ofStored(processManager, toStored(row))]),
  );
  return wrapProjectionFailure(name, () => {
    for (const { id, event } of addressed) {
      const instance = instances.get(id) ?? Instance.ofNew(processManager, id);
      instances.set(id, instance);
      instance.take(event, { ...causeOf(event) });
    }
    return writeInstances(processManager, [...instances.values()]);
  });
}

function address(
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

import { readInstances } from '@eventfleet/process-managers';
import { readAppliedVersions, readParkedAggregate, readPartitionCheckpoints } from '@eventfleet/projections';
import type pg from 'pg';
import type { GroupFacts, ProcessManagerFacts } from '../facts.js';
import type { StreamPlace } from './ask-event-store.js';

/** How far the groups of a store are with these streams. */
export async function askGroups(pool: pg.Pool, streams: readonly StreamPlace[]): Promise<GroupFacts> {
  const ids = streams.map(({ aggregateId }) => aggregateId);
  const parked: GroupFacts['parked'][number][] = [];
  for (const id of ids) parked.push(...(await readParkedAggregate(pool, id)));
  const checkpoints = await readPartitionCheckpoints(pool, streams);
  return { checkpoints, versions: await readAppliedVersions(pool, namesOf(checkpoints), ids), parked };
}

/** As `askGroups`, with the instances of these aggregates. */
export async function askProcessManagers(
  pool: pg.Pool,
  streams: readonly StreamPlace[],
): Promise<ProcessManagerFacts> {
  const found = await askGroups(pool, streams);
  const names = namesOf(found.checkpoints);
  const instances: ProcessManagerFacts['instances'][number][] = [];
  for (const { aggregateId } of streams) instances.push(...(await readInstances(pool, names, aggregateId)));
  return { ...found, instances };
}

/** Who has no checkpoint in a partition has applied nothing of its aggregates. */
function namesOf(checkpoints: GroupFacts['checkpoints']): string[] {
  return [...new Set(checkpoints.map(({ projection }) => projection))];
}

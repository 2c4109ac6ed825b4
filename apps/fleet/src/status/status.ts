import { createKafka, describeTopic, fleetTopics, endOffsets } from '@eventfleet/kafka';
import { readRelayStatus } from '@eventfleet/outbox-relay';
import { countDue, countInstances, SCHEMA } from '@eventfleet/process-managers';
import { readCheckpoints, readParkedTotals } from '@eventfleet/projections';
import type pg from 'pg';
import { pino } from 'pino';
import { ask, type Part } from '@eventfleet/resilience';
import type { FleetConfig } from '../fleet.config.js';
import { withPool } from '../with-pool.js';
import {
  projectionStatus,
  type FleetStatus,
  type EndOffsets,
  type ProcessManagerStatus,
  type TopicStatus,
} from './fleet-status.js';
import { printStatus } from './print-status.js';

/** Prints what there is; a part that does not answer is named with its reason, and makes the exit code 1. */
export async function status(
  config: FleetConfig,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const found = await gather(config);
  if (json) console.log(JSON.stringify(found, null, 2));
  else printStatus(found);
  if (Object.values(found).some((part: Part<unknown>) => !part.ok)) process.exitCode = 1;
}

async function gather(config: FleetConfig): Promise<FleetStatus> {
  const ends = new Map<string, ReadonlyMap<number, bigint>>();
  const kafka = await ask(() => askKafka(config, ends));
  const [eventStore, processManagers, readStore] = await Promise.all([
    ask(() => withPool(config.eventStoreUrl, async (pool) => ({ relays: await readRelayStatus(pool) }))),
    ask(() =>
      withPool(
        config.eventStoreUrl,
        async (pool) => ({ processManagers: await askProcessManagers(pool, ends) }),
        { schema: SCHEMA },
      ),
    ),
    ask(() =>
      withPool(config.readStoreUrl, async (pool) => ({
        projections: projectionStatus(await readCheckpoints(pool), ends, await readParkedTotals(pool)),
      })),
    ),
  ]);
  return { eventStore, processManagers, kafka, readStore };
}

async function askProcessManagers(pool: pg.Pool, ends: EndOffsets): Promise<ProcessManagerStatus[]> {
  const [instances, timersDue] = [await countInstances(pool), await countDue(pool)];
  const found = projectionStatus(await readCheckpoints(pool), ends, await readParkedTotals(pool));
  return found.map((status) => ({
    ...status,
    instances: instances.get(status.projection) ?? 0,
    timersDue: timersDue.get(status.projection) ?? 0,
  }));
}

async function askKafka(config: FleetConfig, ends: Map<string, ReadonlyMap<number, bigint>>) {
  const kafka = createKafka(config.kafka, 'eventfleet-cli', pino({ level: 'silent' }));
  const topics: TopicStatus[] = [];
  let clusterId = '';
  for (const { name } of fleetTopics(config.kafka)) {
    const identity = await describeTopic(kafka, name);
    clusterId = identity.clusterId;
    let records = 0;
    const ranges = await endOffsets(kafka, name);
    ends.set(name, new Map([...ranges].map(([partition, { end }]) => [partition, end])));
    for (const { start, end } of ranges.values()) records += Number(end - start);
    topics.push({ topic: name, partitions: identity.partitions, records });
  }
  return { clusterId, topics };
}

import type { KafkaSettings } from '@eventfleet/config';
import { findTailBlocker } from '@eventfleet/event-store';
import { fleetTopics, lookAtTopics, type Kafka } from '@eventfleet/kafka';
import { readRelayStatus } from '@eventfleet/outbox-relay';
import { countDue, countInstances } from '@eventfleet/process-managers';
import { readCheckpoints, readParkedTotals } from '@eventfleet/projections';
import { ask } from '@eventfleet/resilience';
import type pg from 'pg';
import {
  projectionStatus,
  type EndOffsets,
  type FleetStatus,
  type ProcessManagerStatus,
  type TopicStatus,
} from './fleet-status.js';

/** The servers of a fleet. */
export interface FleetServers {
  readonly eventStore: pg.Pool;
  /** On the schema of the process managers, in the event store's database. */
  readonly processManagers: pg.Pool;
  readonly readStore: pg.Pool;
  readonly kafka: Kafka;
  readonly settings: KafkaSettings;
}

/** What is stored, published and projected, who publishes, and what lags. A part that does not answer says why. */
export async function gatherStatus(servers: FleetServers): Promise<FleetStatus> {
  const ends = new Map<string, ReadonlyMap<number, bigint>>();
  const kafka = await ask(() => askKafka(servers, ends));
  const [eventStore, processManagers, readStore] = await Promise.all([
    ask(async () => ({
      relays: await readRelayStatus(servers.eventStore),
      tailBlocker: (await findTailBlocker(servers.eventStore)) ?? null,
    })),
    ask(async () => ({ processManagers: await askProcessManagers(servers.processManagers, ends) })),
    ask(async () => {
      const pool = servers.readStore;
      return {
        projections: projectionStatus(await readCheckpoints(pool), ends, await readParkedTotals(pool)),
      };
    }),
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

async function askKafka(
  { kafka, settings }: FleetServers,
  ends: Map<string, ReadonlyMap<number, bigint>>,
): Promise<{ clusterId: string; topics: TopicStatus[] }> {
  const topics: TopicStatus[] = [];
  let clusterId = '';
  const names = fleetTopics(settings).map(({ name }) => name);
  await lookAtTopics(kafka, names, (topic, state) => {
    clusterId = state.identity.clusterId;
    ends.set(topic, new Map([...state.ends].map(([partition, { end }]) => [partition, end])));
    const records = [...state.ends.values()].reduce((sum, { start, end }) => sum + Number(end - start), 0);
    topics.push({ topic, partitions: state.identity.partitions, records });
  });
  return { clusterId, topics };
}

import { migrateReadStore } from '@eventfleet/read-models';
import { alternate } from '../support/alternate.ts';
import type { Bench } from '../support/bench.ts';
import { runContestant } from '../support/contestant.ts';
import { databaseUrl, dropDatabase } from '../support/databases.ts';
import type { Fleet } from '../support/fleet.ts';
import { perSecond } from '../support/format.ts';
import { rateOver } from '../support/meter.ts';
import { startNodeApp } from '../support/peer-process.ts';
import { projectionMeter } from '../support/projection-meter.ts';
import type { EachBatchOptions } from '../baselines/each-batch.ts';
import type { UpsertOptions } from '../baselines/upsert.ts';
import { warmUpOf, workOff, type BacklogRound } from './backlog.ts';

export interface ProjectorRounds {
  readonly ours: readonly BacklogRound[];
  readonly stock: readonly BacklogRound[];
  readonly upsert: readonly BacklogRound[];
  readonly eachBatch: readonly BacklogRound[];
}

/** Projects everything that is published, a share a round, beside the stock transport and the baselines. */
export async function drainProjector(bench: Bench, fleet: Fleet): Promise<ProjectorRounds> {
  const { scale, servers, say } = bench;
  const brokers = servers.kafkaBrokers;
  say('projector: projecting the published events');
  const upsertUrl = databaseUrl(servers, 'baseline_read');
  await migrateReadStore(upsertUrl);
  await using meter = await projectionMeter(fleet.readStoreUrl);
  let roundsLeft = scale.backlogRounds;
  let round = 0;
  let upserted = 0;
  let events = 0;
  const withoutMemory = (rate: number): BacklogRound => ({ perSecond: rate, peakMb: Number.NaN });
  const result = await alternate(
    bench,
    { rounds: scale.backlogRounds, show: (measured) => perSecond(measured.perSecond) },
    {
      ours: async (): Promise<BacklogRound> => {
        round++;
        events = Math.floor((scale.manyEvents - (await meter.count())) / roundsLeft--);
        return workOff(fleet, 'projector', meter, events);
      },
      stock: async () => withoutMemory(await measureStock(bench, fleet, `stock_${round}`)),
      upsert: async () => {
        const options = { readStoreUrl: upsertUrl, from: upserted + 1, events, warmUp: warmUpOf(events) };
        upserted += events;
        return withoutMemory(await runContestant<UpsertOptions, number>('baselines/upsert.ts', options));
      },
      eachBatch: async () => {
        const options = {
          brokers,
          topic: fleet.topic,
          group: `baseline-${round}`,
          events,
          warmUp: warmUpOf(events),
        };
        return withoutMemory(
          await runContestant<EachBatchOptions, number>('baselines/each-batch.ts', options),
        );
      },
    },
  );
  await fleet.untilProjected().catch(() => undefined);
  return result;
}

/** From the topic's start each time, on tables of its own, for as long as a round of HTTP takes. */
async function measureStock({ servers, scale }: Bench, fleet: Fleet, name: string): Promise<number> {
  const readStoreUrl = databaseUrl(servers, name);
  await migrateReadStore(readStoreUrl);
  const meter = await projectionMeter(readStoreUrl);
  const app = await startNodeApp({
    name,
    file: 'peers/stock-transport/dist/main.js',
    env: {
      READ_STORE_URL: readStoreUrl,
      KAFKA_BROKERS: servers.kafkaBrokers,
      TOPIC: fleet.topic,
      GROUP: name,
    },
    ready: async () => (await meter.count()) > 0 || 'it has projected nothing',
  });
  try {
    return await rateOver(meter, scale.warmUpMs, scale.measureMs);
  } finally {
    await app.stop();
    await meter[Symbol.asyncDispose]();
    await dropDatabase(servers, name);
  }
}

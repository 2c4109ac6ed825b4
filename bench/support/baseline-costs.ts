import { migrateEventStore } from '@eventfleet/event-store';
import { migrateReadStore } from '@eventfleet/read-models';
import type { AppendOptions } from '../ours/append.ts';
import type { EachBatchOptions } from '../baselines/each-batch.ts';
import type { ProduceOptions } from '../baselines/produce.ts';
import type { UpsertOptions } from '../baselines/upsert.ts';
import type { Bench } from './bench.ts';
import type { LoadResult } from './closed-loop.ts';
import { runContestant } from './contestant.ts';
import { databaseUrl } from './databases.ts';
import { httpLoad } from './http-load.ts';
import { cpuMs } from './process-usage.ts';
import { startBareHttp } from './running-bare-http.ts';
import { createTopic } from './topics.ts';
import { createUser } from './user-requests.ts';

/** As many as share an append when 64 connections wait. */
const CALLERS = 64;
const TOPIC = 'cost-baselines';

/** A baseline at work: does about so much of it, and says how many commands that was good for. */
type Work = (size: number) => Promise<number>;

/**
 * Milliseconds of CPU time a command, over all processes and servers, that its unavoidable parts take: each as bare as
 * it can be written and in batches larger than any command's. What the fleet takes beside is decisions, checks,
 * idempotency, checkpoints, logs, and smaller batches. No app may be running meanwhile.
 */
export async function measureBaselineCosts(bench: Bench): Promise<Readonly<Record<string, number>>> {
  const { servers, scale } = bench;
  const brokers = servers.kafkaBrokers;
  const eventStore = databaseUrl(servers, 'cost_baseline_store');
  const readStore = databaseUrl(servers, 'cost_baseline_read');
  await migrateEventStore(eventStore);
  await migrateReadStore(readStore);
  await createTopic(brokers, TOPIC);
  const many = scale.manyEvents / 5;
  let groups = 0;
  let upserted = 0;

  return {
    'bare POST': await barePostCost(bench, readStore),
    inserts: await marginalCost(scale.measureMs, async (measureMs) => {
      const load = { callers: CALLERS, warmUpMs: 0, measureMs };
      const options = { databaseUrl: eventStore, load };
      const { accepted } = await runContestant<AppendOptions, LoadResult>('baselines/append.ts', options);
      return accepted * CALLERS;
    }),
    produce: await marginalCost(many, async (events) => {
      const options = { brokers, topic: TOPIC, events, warmUp: 0 };
      await runContestant<ProduceOptions, number>('baselines/produce.ts', options);
      return events;
    }),
    eachBatch: await marginalCost(many, async (events) => {
      const options = { brokers, topic: TOPIC, group: `cost-baselines-${++groups}`, events, warmUp: 1 };
      await runContestant<EachBatchOptions, number>('baselines/each-batch.ts', options);
      return events;
    }),
    upserts: await marginalCost(many, async (events) => {
      const options = { readStoreUrl: readStore, from: upserted + 1, events, warmUp: 0 };
      upserted += events;
      await runContestant<UpsertOptions, number>('baselines/upsert.ts', options);
      return events;
    }),
  };
}

/** The endpoint's own process; what the load generator takes is not counted, as it is not for the fleet. */
async function barePostCost(bench: Bench, readStoreUrl: string): Promise<number> {
  await using scope = new AsyncDisposableStack();
  const { url, pid } = await startBareHttp(readStoreUrl, scope);
  const load = { callers: CALLERS, warmUpMs: 0, measureMs: bench.scale.measureMs };
  const next = createUser();
  await httpLoad(url, load, next);
  const before = cpuMs(pid);
  const { accepted } = await httpLoad(url, load, next);
  return (cpuMs(pid) - before) / accepted;
}

/** What one more command costs: of a quarter of the work and all of it, so that the start of a process drops out. */
async function marginalCost(size: number, work: Work): Promise<number> {
  const few = await costOf(() => work(size / 4));
  const many = await costOf(() => work(size));
  return (many.cpuMs - few.cpuMs) / (many.commands - few.commands);
}

async function costOf(work: () => Promise<number>): Promise<{ cpuMs: number; commands: number }> {
  // The servers and every contestant are children of this process.
  const before = cpuMs(process.pid);
  const commands = await work();
  return { cpuMs: cpuMs(process.pid) - before, commands };
}

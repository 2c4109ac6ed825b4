import { withTopicLog, type TopicLog } from '@eventfleet/kafka';
import { withPool } from '@eventfleet/postgres';
import { failpoint } from '@eventfleet/resilience';
import type pg from 'pg';
import { applyOneByOne } from './apply-one-by-one.js';
import { completeTables } from './complete-tables.js';
import { copyStreams } from './copy-streams.js';
import { createGeneration } from './create-generation.js';
import { LIVE_SCHEMA, schemaOf } from './generation.js';
import { catchUpWithLive, withGenerationContext } from './generation-context.js';
import type { RebuildContext } from './rebuild-context.js';
import { RebuildError } from './rebuild.errors.js';
import {
  readProgress,
  savePhase,
  saveRecordsLeft,
  type RebuildPhase,
  type RebuildProgress,
} from './rebuild-progress.js';
import { findVersionsPartition } from './versions-partition.js';

export interface RebuildOptions {
  /** Called at every step, with what is stored then: often while streams are copied. */
  readonly onProgress: (progress: RebuildProgress) => void;
  /** Ends it at the next point from which it can go on. */
  readonly signal: AbortSignal;
}

/** A rebuild within this process. */
interface Run extends RebuildOptions {
  readonly context: RebuildContext;
  /** On the schema of the new generation. */
  readonly pool: pg.Pool;
  readonly log: TopicLog;
  /** When the phase began, or this process went on with it. */
  readonly progress: RebuildProgress;
}

type Phase = { readonly run: (run: Run) => Promise<void>; readonly next: RebuildPhase };

const PHASES: Readonly<Record<Exclude<RebuildPhase, 'ready'>, Phase>> = {
  copying: { run: copy, next: 'indexing' },
  indexing: { run: index, next: 'one-by-one' },
  'one-by-one': { run: applyDeferred, next: 'catching-up' },
  'catching-up': { run: catchUp, next: 'ready' },
};

const REPORT_EVERY_MS = 1_000;

/**
 * Builds a new generation of a projection in tables of its own, or goes on with one: folds the event store's streams,
 * then applies what Kafka has got since. The live generation is not touched. After a crash, or the signal, the same call
 * goes on. The caller holds the lock of the projection (`withRebuildLock`).
 *
 * Kafka's ends are noted before the first event is read. So each event is in what is read of its stream, or in Kafka at
 * or behind those ends; if in both, its version drops the second one. This holds for each stream by itself, so streams
 * may be read at different times.
 * @throws RebuildError `superseded`, `no-partition`, `not-caught-up`; the signal's reason when it aborts
 */
export async function rebuildProjection(context: RebuildContext, options: RebuildOptions): Promise<void> {
  const { projection, readStore, readStoreUrl, kafka, topic } = context;
  const tables = {
    url: readStoreUrl,
    applicationName: 'eventfleet-rebuild',
    max: 2,
    schema: schemaOf(projection.name, 'new'),
    timeoutMs: 0,
    // A crash of the server loses rows and progress together, if at all.
    synchronousCommit: false,
  };
  await withPool(tables, (pool) =>
    withTopicLog(kafka, topic, async (log) => {
      if (!(await readProgress(readStore, projection.name))) await begin(context, log);
      for (;;) {
        const progress = await readProgress(readStore, projection.name);
        if (!progress)
          throw new RebuildError('superseded', `the new generation of ${projection.name} is gone`);
        options.onProgress(progress);
        if (progress.phase === 'ready') return;
        options.signal.throwIfAborted();
        const { run, next } = PHASES[progress.phase];
        await run({ ...options, context, pool, log, progress });
        failpoint('between two phases');
        await readStore.query(savePhase(projection.name, progress.phase, next));
      }
    }),
  );
}

async function begin({ projection, readStore, topic, source }: RebuildContext, log: TopicLog): Promise<void> {
  const ranges = await log.ends();
  const ends = new Map([...ranges].map(([partition, { end }]) => [partition, end]));
  const expectedEvents = await source.estimateEvents(projection.aggregateType);
  await createGeneration(readStore, { projection, topic, identity: log.identity, ends, expectedEvents });
}

async function copy({ context, pool, log, progress, onProgress, signal }: Run): Promise<void> {
  let current = progress;
  await copyStreams({
    projection: context.projection,
    source: context.source,
    pool,
    partitions: log.identity.partitions,
    after: progress.lastAggregate,
    signal,
    onCopied({ events, lastAggregate, eventsPerSecond }) {
      current = { ...current, events: current.events + events, lastAggregate, eventsPerSecond };
      onProgress(current);
    },
  });
}

async function index({ context: { projection, readStore } }: Run): Promise<void> {
  const { name, copied } = projection;
  const schema = schemaOf(name, 'new');
  const partition = await findVersionsPartition(readStore, name);
  const tables = [
    ...(copied ? [{ live: `${LIVE_SCHEMA}.${copied.name}`, table: `${schema}.${copied.name}` }] : []),
    { live: `${LIVE_SCHEMA}.${partition}`, table: `${schema}.projection_versions` },
  ];
  await completeTables(readStore, tables, () => failpoint('between two indexes'));
  await Promise.all(tables.map(({ table }) => readStore.query(`analyze ${table}`)));
}

function applyDeferred({ context, pool, log, signal }: Run): Promise<void> {
  return applyOneByOne({ ...context, pool, identity: log.identity, signal });
}

function catchUp({ context, progress, onProgress, signal }: Run): Promise<void> {
  const { readStore, projection } = context;
  let reportedAt = Number.NEGATIVE_INFINITY;
  return withGenerationContext(context, 'new', signal, (generations) =>
    catchUpWithLive(generations, async (recordsLeft) => {
      if (performance.now() - reportedAt < REPORT_EVERY_MS) return;
      reportedAt = performance.now();
      await readStore.query(saveRecordsLeft(projection.name, recordsLeft));
      onProgress({ ...progress, recordsLeft: Number(recordsLeft) });
    }),
  );
}

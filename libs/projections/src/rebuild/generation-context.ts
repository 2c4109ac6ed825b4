import { withTopicLog, type TopicLog } from '@eventfleet/kafka';
import { withPool } from '@eventfleet/postgres';
import type pg from 'pg';
import { RecordVerifier } from '../record-verification/record-verifier.js';
import { ProjectionRuntime } from '../runtime/projection-runtime.js';
import { catchUp, type CatchUpOptions } from './catch-up.js';
import { readOffsets, type CheckpointsOf } from './checkpoints.js';
import { LIVE_SCHEMA, schemaOf, type GenerationName } from './generation.js';
import type { RebuildContext } from './rebuild-context.js';

/** Between the partitions that are worked on at a time. */
const CONNECTIONS = 4;
const TIMEOUT_MS = 30_000;

/** The live generation, another one, and what brings the other one to the offsets of the live one. */
export interface GenerationContext {
  readonly context: RebuildContext;
  readonly schema: string;
  readonly log: TopicLog;
  readonly checkpoints: CheckpointsOf;
  readonly options: CatchUpOptions;
}

/** Opens Kafka and a pool on the schema of a generation, for as long as `work` takes. */
export async function withGenerationContext<T>(
  context: RebuildContext,
  generation: GenerationName,
  signal: AbortSignal,
  work: (generations: GenerationContext) => Promise<T>,
): Promise<T> {
  const { projection, topic, kafka, readStoreUrl } = context;
  const schema = schemaOf(projection.name, generation);
  const tables = {
    url: readStoreUrl,
    applicationName: 'eventfleet-rebuild',
    max: CONNECTIONS,
    schema,
    timeoutMs: TIMEOUT_MS,
    pipeline: true,
    // A crash of the server loses rows and checkpoint together, if at all.
    synchronousCommit: false,
  };
  return withPool(tables, (pool) =>
    withTopicLog(kafka, topic, (log) => {
      const runtime = createRuntime(context, pool);
      const checkpoints = { projection: projection.name, topic, identity: log.identity };
      const options = { projection, schema, pool, runtime, log, topic, signal };
      return work({ context, schema, log, checkpoints, options });
    }),
  );
}

/** Records that the event store never wrote, or nobody signed, are left out. The projector has set them aside, or will. */
function createRuntime(
  { source, encryption, isAuthentic, logger }: RebuildContext,
  pool: pg.Pool,
): ProjectionRuntime {
  const verifier = new RecordVerifier({
    sourceOf: () => source,
    setAside: async () => undefined,
    isAuthentic,
    logger,
  });
  return new ProjectionRuntime(pool, logger, { verifier, reveal: encryption?.reveal });
}

/** Brings a generation up to where the live one is now. It goes on being behind while the live one moves. */
export async function catchUpWithLive(
  { context, checkpoints, options }: GenerationContext,
  onProgress?: (recordsLeft: bigint) => Promise<void>,
): Promise<void> {
  const live = await readOffsets(context.readStore, LIVE_SCHEMA, checkpoints);
  await catchUp({ ...options, ...(onProgress && { onProgress }) }, live);
}

import { endProgress, beginProgress } from './rebuild-progress.js';
import { schemaOf } from './generation.js';
import { withGenerationContext } from './generation-context.js';
import type { RebuildContext } from './rebuild-context.js';
import { RebuildError } from './rebuild.errors.js';
import { hasSchema, requireReady } from './require-ready.js';
import { makeAlike, swapGenerations } from './swap-generations.js';
import { findVersionsPartition } from './versions-partition.js';
import { withLivePaused } from './with-live-paused.js';

export interface SwitchOptions {
  /** Whether to switch although the last comparison found differences: the new generation is meant to be right. */
  readonly acceptDifferences?: boolean;
  readonly signal: AbortSignal;
}

export interface Switched {
  /** For how long queries had to wait at most. */
  readonly heldMs: number;
}

/**
 * Makes the new generation the live one, in one transaction. It is brought to the live checkpoints first, so a
 * consistency token that was reflected before still is. The generation that was live stays as the previous one.
 * @throws RebuildError, and nothing has changed: `not-ready`, `not-compared`, `differs`, `in-the-way`, `unlike`,
 *   `not-caught-up`, `tables-busy`
 */
export async function switchGeneration(
  context: RebuildContext,
  { acceptDifferences = false, signal }: SwitchOptions,
): Promise<Switched> {
  const { readStore, projection } = context;
  const { name } = projection;
  const { comparedAt, differences } = await requireReady(readStore, name);
  if (comparedAt === null) {
    throw new RebuildError(
      'not-compared',
      `the new generation of ${name} was not compared: fleet projection compare`,
    );
  }
  if (differences !== 0 && !acceptDifferences) {
    throw new RebuildError(
      'differs',
      `the last comparison of ${name} found ${differences} differences: if the new generation is right, ` +
        'switch with --accept-differences',
    );
  }
  if (await hasSchema(readStore, schemaOf(name, 'previous'))) {
    throw new RebuildError(
      'in-the-way',
      `${name} still has a previous generation: fleet projection drop ${name} previous`,
    );
  }
  return swap(context, 'new', signal);
}

/**
 * Makes the previous generation the live one again. It is brought to the live checkpoints first. The generation that
 * was live stays as the new one, and can be compared and switched to again.
 * @throws RebuildError, and nothing has changed: `no-generation`, `in-the-way`, `unlike`, `not-caught-up`, `tables-busy`
 */
export async function rollBack(context: RebuildContext, signal: AbortSignal): Promise<Switched> {
  const { readStore, projection } = context;
  const { name } = projection;
  if (!(await hasSchema(readStore, schemaOf(name, 'previous')))) {
    throw new RebuildError('no-generation', `${name} has no previous generation to go back to`);
  }
  if (await hasSchema(readStore, schemaOf(name, 'new'))) {
    throw new RebuildError('in-the-way', `${name} has a new generation: fleet projection drop ${name} new`);
  }
  return swap(context, 'previous', signal);
}

async function swap(
  context: RebuildContext,
  from: 'new' | 'previous',
  signal: AbortSignal,
): Promise<Switched> {
  const { readStore, projection } = context;
  const { name, tables } = projection;
  const partition = await findVersionsPartition(readStore, name);
  const exchange = {
    projection: name,
    tables,
    partition,
    from,
    to: from === 'new' ? 'previous' : 'new',
  } as const;
  await makeAlike(readStore, exchange);
  return withGenerationContext(context, from, signal, (generations) =>
    withLivePaused(generations, { allowAhead: true }, async (client) => {
      await client.query(from === 'new' ? endProgress(name) : beginProgress(name, 'ready'));
      return { heldMs: await swapGenerations(client, exchange) };
    }),
  );
}

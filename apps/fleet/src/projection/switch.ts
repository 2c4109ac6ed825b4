import { withProjectionLock } from '@eventfleet/operators';
import { dropGeneration, rollBack, switchGeneration, type GenerationName } from '@eventfleet/projections';
import type { FleetConfig } from '../fleet.config.js';
import { untilStopped } from './until-stopped.js';

export async function switchToNew(
  config: FleetConfig,
  name: string,
  options: { readonly acceptDifferences?: boolean },
): Promise<void> {
  const { heldMs } = await untilStopped(config, name, (context, signal) =>
    switchGeneration(context, { ...options, signal }),
  );
  console.log(`${name}: the new generation is live, queries waited for at most ${Math.ceil(heldMs)} ms`);
  console.log(
    `the previous one stays: fleet projection rollback ${name}, or fleet projection drop ${name} previous`,
  );
}

export async function rollBackToPrevious(config: FleetConfig, name: string): Promise<void> {
  const { heldMs } = await untilStopped(config, name, rollBack);
  console.log(
    `${name}: the previous generation is live again, queries waited for at most ${Math.ceil(heldMs)} ms`,
  );
}

/** @throws Error for the live one */
export async function drop(config: FleetConfig, name: string, generation: string): Promise<void> {
  if (generation === 'live')
    throw new Error(`the live generation of ${name} cannot be dropped: queries read it`);
  if (!isOther(generation)) throw new Error(`there is no generation ${generation}: name new or previous`);
  await withProjectionLock(config, name, (readStore) => dropGeneration(readStore, name, generation));
  console.log(`${name}: the ${generation} generation is dropped`);
}

function isOther(generation: string): generation is GenerationName {
  return generation === 'new' || generation === 'previous';
}

import { findProjection, withReadStore } from '@eventfleet/operators';
import {
  readGenerations,
  type FoldingProjection,
  type ProjectionGenerations,
  type RebuildProgress,
} from '@eventfleet/projections';
import { readModels } from '@eventfleet/read-models';
import type { FleetConfig } from '../fleet.config.js';
import { describeProgress } from './describe-progress.js';

const MEGABYTE = 1024 * 1024;

/** Prints every generation of every projection. */
export async function list(
  config: FleetConfig,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const found = await readAll(config, readModels);
  if (json) console.log(JSON.stringify(found, null, 2));
  else found.forEach(print);
}

/** Prints how far the rebuild of a projection is, or of each. */
export async function status(
  config: FleetConfig,
  name: string | undefined,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const asked = name === undefined ? readModels : [findProjection(name)];
  const found = await readAll(config, asked);
  if (json) {
    const states = found.map(({ projection, progress, isBusy }) => ({ projection, ...progress, isBusy }));
    console.log(JSON.stringify(name === undefined ? states : states[0], null, 2));
    return;
  }
  for (const { projection, progress, isBusy } of found) {
    console.log(`${projection}: ${progress ? lineOf(progress, isBusy) : 'no new generation'}`);
  }
}

function readAll(
  config: FleetConfig,
  projections: readonly FoldingProjection[],
): Promise<ProjectionGenerations[]> {
  return withReadStore(config, async (readStore) => {
    const all: ProjectionGenerations[] = [];
    for (const projection of projections) all.push(await readGenerations(readStore, projection));
    return all;
  });
}

function print({ projection, generations, progress, isBusy }: ProjectionGenerations): void {
  console.log(projection);
  for (const { generation, bytes, parkedKeys } of generations) {
    const parked = parkedKeys > 0 ? `, ${parkedKeys} keys parked` : '';
    const state = generation === 'new' && progress ? `, ${lineOf(progress, isBusy)}` : '';
    console.log(`  ${generation}: ${Math.ceil(bytes / MEGABYTE)} MB${parked}${state}`);
  }
}

function lineOf(progress: RebuildProgress, isBusy: boolean): string {
  const isPaused = progress.phase !== 'ready' && !isBusy;
  return `${isPaused ? 'paused while ' : ''}${describeProgress(progress)}`;
}

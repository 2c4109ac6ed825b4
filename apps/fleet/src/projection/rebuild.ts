import { rebuildProjection, type RebuildProgress } from '@eventfleet/projections';
import type { FleetConfig } from '../fleet.config.js';
import { describeProgress } from './describe-progress.js';
import { untilStopped } from './until-stopped.js';

const REPORT_EVERY_MS = 2_000;

/** Builds a new generation beside the live one, or goes on with it. Ctrl-C pauses it. */
export async function rebuild(config: FleetConfig, name: string): Promise<void> {
  await untilStopped(config, name, async (context, signal) => {
    try {
      await rebuildProjection(context, { signal, onProgress: reporter(name) });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new Error(`the rebuild has stopped; go on with: fleet projection rebuild ${name}`, {
        cause: error,
      });
    }
  });
  console.log(`next: fleet projection compare ${name}, then fleet projection switch ${name}`);
}

/** Prints a line at every new phase, and every two seconds. */
function reporter(name: string): (progress: RebuildProgress) => void {
  let phase: string | undefined;
  let printedAt = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.phase === phase && now - printedAt < REPORT_EVERY_MS) return;
    phase = progress.phase;
    printedAt = now;
    console.log(`${name}: ${describeProgress(progress)}`);
  };
}

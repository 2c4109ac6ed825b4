import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeRunFolder, removeAbandonedRuns } from './run-folder.ts';

export interface OpenRun {
  readonly dataDir: string;
  /** For the data of this run alone. */
  readonly runDir: string;
  /** In it: where every process that is started keeps its log and its pid file. */
  readonly temporary: string;
}

/** Makes this run's folder, after those of killed runs are gone, and makes it the temporary one of all it starts. */
export async function openRun(): Promise<OpenRun> {
  const dataDir = resolve(process.env['EVENTFLEET_DATA_DIR'] || '.eventfleet');
  await removeAbandonedRuns(dataDir);
  const runDir = await makeRunFolder(dataDir);
  const temporary = join(runDir, 'tmp');
  await mkdir(temporary);
  process.env['TMPDIR'] = temporary;
  return { dataDir, runDir, temporary };
}

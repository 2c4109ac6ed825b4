/** `npm run bench`: measures the chosen rows on servers of its own, and prints and writes one table. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startClock } from '../scripts/process/start-clock.ts';
import { stopSignal } from '../scripts/process/stop-signal.ts';
import { openRun } from '../scripts/test-run/open-run.config.ts';
import { killStrayProcesses } from '../scripts/test-run/stray-processes.ts';
import { measureRows } from './measure-rows.ts';
import { ROWS } from './rows/rows.ts';
import { readArguments, usage, type Arguments } from './support/arguments.ts';
import { compareResults, renderChanges } from './support/compare.ts';
import { timeFixedWork } from './support/noise.ts';
import { readResults, type Results } from './support/results.ts';
import { startServers, type Servers } from './support/servers.ts';

const args = process.argv.slice(2);
const say = startClock();
const stopping = stopSignal();
const stopped = new Promise<never>((_, reject) =>
  stopping.addEventListener('abort', () => reject(new Error('stopped'))),
);
stopped.catch(() => undefined);

let exitCode = 1;
try {
  const chosen = readArguments(args, ROWS);
  if (chosen.help) console.log(usage(ROWS));
  else await run(chosen);
  exitCode = 0;
} catch (error) {
  if (stopping.aborted) say('stopped');
  else console.error(error instanceof Error ? error.message : error);
}
process.exit(exitCode);

async function run(chosen: Arguments): Promise<void> {
  const { compare, isWhole } = chosen;
  if (compare === undefined) {
    await measure(chosen);
    return;
  }
  const before = await readResults(compare.before);
  const again = isWhole ? readArguments([...args, '--only', rowsOf(before).join()], ROWS) : chosen;
  const after = compare.after === undefined ? await measure(again) : await readResults(compare.after);
  console.log(`\n${renderChanges(compareResults(before, after))}`);
}

/** The rows that were measured; all of them if the file is too old to tell. */
function rowsOf({ seconds }: Results): readonly string[] {
  const names = ROWS.map(({ name }) => name);
  return seconds ? names.filter((name) => seconds[name] !== undefined) : names;
}

async function measure(chosen: Arguments): Promise<Results> {
  const { dataDir, runDir, temporary } = await openRun();
  let servers: Servers | undefined;
  try {
    const workBefore = await timeFixedWork();
    say('starting Postgres and Kafka');
    const cacheDir = join(dataDir, 'cache');
    servers = await startServers({ runDir, cacheDir, progress: say, signal: stopping });
    const surroundings = { servers, cacheDir, say, workBefore };
    const results = await Promise.race([measureRows(chosen, surroundings), stopped]);
    say('done');
    return results;
  } finally {
    await killStrayProcesses(temporary);
    await servers?.stop();
    await rm(runDir, { recursive: true, force: true });
  }
}

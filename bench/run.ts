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
import { startServers, type Servers } from './support/servers.ts';

const say = startClock();
const stopping = stopSignal();
const stopped = new Promise<void>((resolveStop) => stopping.addEventListener('abort', () => resolveStop()));

let exitCode = 1;
try {
  const chosen = readArguments(process.argv.slice(2), ROWS);
  if (chosen.help) console.log(usage(ROWS));
  else await run(chosen);
  exitCode = 0;
} catch (error) {
  if (stopping.aborted) say('stopped');
  else console.error(error instanceof Error ? error.message : error);
}
process.exit(exitCode);

async function run(chosen: Arguments): Promise<void> {
  const { dataDir, runDir, temporary } = await openRun();
  let servers: Servers | undefined;
  try {
    say('starting Postgres and Kafka');
    servers = await startServers({
      runDir,
      cacheDir: join(dataDir, 'cache'),
      progress: say,
      signal: stopping,
    });
    await Promise.race([measureRows(chosen, servers, say), stopped]);
    stopping.throwIfAborted();
  } finally {
    await killStrayProcesses(temporary);
    await servers?.stop();
    await rm(runDir, { recursive: true, force: true });
  }
}

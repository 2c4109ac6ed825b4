/** Every test, against one set of servers that lives as long as the run. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { keepLogs } from './keep-logs.ts';
import { runJest } from './run-jest.ts';
import { makeRunFolder, removeAbandonedRuns } from './run-folder.ts';
import { killStrayProcesses } from './stray-processes.ts';
import { readTestReport } from './test-report.ts';
import { readTestRunSettings } from './test-run.config.ts';
import { startTestServers } from './test-servers.ts';

const LONGEST_NAME = 160;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
process.once('disconnect', () => stopping.abort());

const settings = readTestRunSettings(process.env, process.argv.slice(2));
await removeAbandonedRuns(settings.dataDir);
const runDir = await makeRunFolder(settings.dataDir);
const temporary = join(runDir, 'tmp');
const results = join(runDir, 'results.json');
await mkdir(temporary);

// The servers of the run, too, live for minutes and not for days.
Object.assign(process.env, settings.fastStarts);

let exitCode = 1;
try {
  const servers = await startTestServers(settings, runDir, stopping.signal);
  try {
    const env = { ...servers.env, TMPDIR: temporary };
    const files = { results, pid: join(runDir, 'jest.pid') };
    exitCode = await runJest(settings.jestArgs, files, env, stopping.signal);
  } finally {
    await killStrayProcesses(temporary);
    await servers.stop();
  }
  const report = await readTestReport(results);
  if (report.passed + report.failed === 0) exitCode ||= 1;
  for (const { file, seconds } of report.slow) console.log(`slow: ${file} took ${seconds} s`);
  for (const reason of servers.missing) console.log(`missing: ${reason}`);
  for (const name of report.skipped) console.log(`skipped: ${name.slice(0, LONGEST_NAME)}`);
  if (report.failed > 0) console.log(`logs of the apps: ${await keepLogs(temporary, settings.dataDir)}`);
  console.log(`${report.passed} passed, ${report.failed} failed, ${report.skipped.length} skipped`);
} catch (error) {
  if (!stopping.signal.aborted) console.error(error instanceof Error ? error.message : error);
} finally {
  await rm(runDir, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(exitCode);

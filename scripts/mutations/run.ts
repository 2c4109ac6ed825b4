/** Switches each mechanism off in a copy of the sources, and expects the test that guards it to fail. */
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { stopSignal } from '../process/stop-signal.ts';
import { makeRunFolder, removeAbandonedRuns } from '../test-run/run-folder.ts';
import { killStrayProcesses } from '../test-run/stray-processes.ts';
import { readTestRunSettings } from '../test-run/test-run.config.ts';
import { startTestServers } from '../test-run/test-servers.ts';
import { findOutdated } from './find-outdated.ts';
import type { Mutation } from './mutation.ts';
import { mutations } from './mutations.ts';
import { printResults, type MutationResult } from './print-results.ts';
import { runSpec } from './run-spec.ts';
import { makeWorkingCopy, whileMutated } from './working-copy.ts';

/** Copies at work at the same time. */
const COPIES = 2;
const LONGEST_LOG = 4_000;

const stopping = stopSignal();

const { values: options } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } });
const chosen = mutations.filter(({ mechanism }) => isChosen(mechanism));
const outdated = await findOutdated();
for (const line of outdated) console.error(line);
if (chosen.length === 0) console.error('no such mechanism');
if (outdated.length > 0 || chosen.length === 0) process.exit(1);

const dataDir = resolve(process.env['EVENTFLEET_DATA_DIR'] || '.eventfleet');
await removeAbandonedRuns(dataDir);
const runDir = await makeRunFolder(dataDir);
let areCaught = false;
try {
  areCaught = await runMutations(chosen);
} catch (error) {
  if (!stopping.aborted) console.error(error);
} finally {
  await rm(runDir, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(areCaught ? 0 : 1);

function isChosen(mechanism: string): boolean {
  const isNamed = (part: string) => mechanism.toLowerCase().includes(part.toLowerCase());
  return options.only.length === 0 || options.only.some(isNamed);
}

/** @returns whether every test passes as the sources are, and fails with its mutation */
async function runMutations(wanted: readonly Mutation[]): Promise<boolean> {
  const servers = await startTestServers(readTestRunSettings(process.env, []), runDir, stopping);
  const copies = Array.from({ length: COPIES }, (_, index) => join(runDir, `copy-${index + 1}`));
  // A database made from a template would not have the tables of a mutated migration.
  const env = { ...servers.env, EVENTFLEET_TEST_TEMPLATES: 'false' };
  const results: MutationResult[] = [];
  const queue = [...wanted];
  try {
    await Promise.all(copies.map(makeWorkingCopy));
    await Promise.all(
      copies.map(async (copy) => {
        for (let next = queue.shift(); next && !stopping.aborted; next = queue.shift()) {
          results.push(await runMutation(copy, next, env));
          console.error(`${results.length} of ${wanted.length}: ${next.mechanism}`);
        }
      }),
    );
  } finally {
    await Promise.all(copies.map(killStrayProcesses));
    await servers.stop();
  }
  if (stopping.aborted) return false;
  printResults(results);
  const caught = results.filter(({ status }) => status === 'failed').length;
  console.log(`${caught} of ${wanted.length} caught, in ${Math.round(performance.now() / 1000)} s`);
  return caught === wanted.length;
}

async function runMutation(
  copy: string,
  mutation: Mutation,
  env: Readonly<Record<string, string>>,
): Promise<MutationResult> {
  const run = () => runSpec(copy, mutation.spec, mutation.test, env, stopping);
  const unchanged = await run();
  if (unchanged.status !== 'passed') {
    if (!stopping.aborted) console.error(unchanged.log.slice(0, LONGEST_LOG));
    return { mutation, status: 'broken' };
  }
  const { status, log } = await whileMutated(copy, mutation, run);
  if (status !== 'failed' && !stopping.aborted) console.error(log.slice(0, LONGEST_LOG));
  return { mutation, status };
}

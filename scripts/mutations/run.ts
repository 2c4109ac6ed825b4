/** Switches each mechanism off in a copy of the sources, and expects the test that guards it to go red. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stopSignal } from '../process/stop-signal.ts';
import { makeRunFolder, removeAbandonedRuns } from '../test-run/run-folder.ts';
import { killStrayProcesses } from '../test-run/stray-processes.ts';
import { readTestRunSettings } from '../test-run/test-run.config.ts';
import { startTestServers } from '../test-run/test-servers.ts';
import { isWanted, readMutationRun } from './mutations.config.ts';
import type { Mutation } from './mutation.ts';
import { mutations } from './mutations.ts';
import { findOutOfDate } from './out-of-date.ts';
import { printOutcome, type Outcome } from './print-outcome.ts';
import { runSpec, type SpecResult, type RecordClass } from './run-spec.ts';
import { makeWorkingCopy, whileMutated } from './working-copy.ts';

/** Copies at work at the same time. */
const COPIES = 2;
const LONGEST_LOG = 4_000;

const stopping = stopSignal();

type Job = (copy: string) => Promise<void>;

/** Works through the jobs, one at a time in each copy. */
async function workThrough(jobs: Job[], copies: readonly string[]): Promise<void> {
  await Promise.all(
    copies.map(async (copy) => {
      for (let job = jobs.shift(); job && !stopping.aborted; job = jobs.shift()) await job(copy);
    }),
  );
}

async function classifyRecord(wanted: readonly Mutation[], runDir: string): Promise<boolean> {
  const servers = await startTestServers(readTestRunSettings(process.env, []), runDir, stopping);
  const copies = Array.from({ length: COPIES }, (_, index) => join(runDir, `copy-${index + 1}`));
  const outcomes: Outcome[] = [];
  const reds = new Set<string>();
  const specs = [...new Set(wanted.map(({ spec }) => spec))];
  const total = specs.length + wanted.length;
  let done = 0;
  const tell = (text: string, { verdict, log }: SpecResult, expected: RecordClass) => {
    console.error(`[${++done}/${total}] ${verdict}: ${text}`);
    if (verdict !== expected && !stopping.aborted) console.error(log.slice(0, LONGEST_LOG));
  };
  try {
    await Promise.all(copies.map(makeWorkingCopy));
    const asTheyAre = specs.map((spec): Job => async (copy) => {
      const result = await runSpec(copy, spec, undefined, servers.env, stopping);
      if (result.verdict !== 'green') reds.add(spec);
      tell(`${spec} as it is`, result, 'green');
    });
    await workThrough(asTheyAre, copies);
    const mutated = wanted.map((mutation, index): Job => async (copy) => {
      const { mechanism, spec, test, propertyFactor = 1 } = mutation;
      const env = { ...servers.env, EVENTFLEET_PROPERTY_FACTOR: String(propertyFactor) };
      const result = await whileMutated(copy, mutation, () => runSpec(copy, spec, test, env, stopping));
      outcomes[index] = { mutation, verdict: result.verdict };
      tell(`without ${mechanism}`, result, 'red');
    });
    await workThrough(mutated, copies);
  } finally {
    await Promise.all(copies.map(killStrayProcesses));
    await servers.stop();
  }
  if (stopping.aborted) return false;
  printOutcome(outcomes);
  for (const spec of reds) console.log(`not green without any mutation: ${spec}`);
  const caught = outcomes.filter(({ verdict }) => verdict === 'red').length;
  console.log(`${caught} of ${wanted.length} red, in ${Math.round(performance.now() / 1000)} s`);
  return reds.size === 0 && outcomes.every(({ verdict }) => verdict === 'red');
}

const run = readMutationRun(process.env, process.argv.slice(2));
const wanted = mutations.filter((mutation) => isWanted(run, mutation));
const outOfDate = await findOutOfDate();
for (const line of outOfDate) console.error(line);
if (wanted.length === 0) console.error('no such mechanism');
if (outOfDate.length > 0 || wanted.length === 0) process.exit(1);

await removeAbandonedRuns(run.dataDir);
const runDir = await makeRunFolder(run.dataDir);
let isCaught = false;
try {
  isCaught = await classifyRecord(wanted, runDir);
} catch (error) {
  if (!stopping.aborted) console.error(error);
} finally {
  await rm(runDir, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(isCaught ? 0 : 1);

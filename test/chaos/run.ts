/** `npm run test:chaos`: the fleet under load and under fire, and an audit from outside. */
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findRabbitmq } from '@eventfleet/embedded';
import { startClock } from '../../scripts/process/start-clock.ts';
import { stopSignal } from '../../scripts/process/stop-signal.ts';
import { openRun } from '../../scripts/test-run/open-run.config.ts';
import { killStrayProcesses } from '../../scripts/test-run/stray-processes.ts';
import { readArguments, USAGE, type Arguments } from './arguments.ts';
import { runCampaign } from './campaign.ts';
import { startChaosFleet, type ChaosFleet } from './fleet/chaos-fleet.ts';
import { describeFindings, hasFailed, type Findings } from './report.ts';
import { describeFault, planFaults } from './schedule.ts';
import { topologyOf } from './topology.ts';

/** One of several brokers has its log in a folder. */
const SERVER_LOG = /^(?:kafka\/)?[\w-]+[.]log$/;

const say = startClock();
const stopping = stopSignal();

let exitCode = 1;
try {
  const chosen = readArguments(process.argv.slice(2));
  if (chosen.help) console.log(USAGE);
  else if (chosen.plan) await printPlan(chosen);
  exitCode = chosen.help || chosen.plan || (await run(chosen)) ? 0 : 1;
} catch (error) {
  if (stopping.aborted) say('stopped');
  else console.error(error);
}
process.exit(exitCode);

async function printPlan(chosen: Arguments): Promise<void> {
  console.log(`seed ${chosen.seed}`);
  const { topology } = await detectFleet(chosen);
  for (const fault of planFaults(chosen.seed, { ...chosen, topology })) {
    console.log(`${(fault.at / 1_000).toFixed(1).padStart(7)} s  ${describeFault(fault)}`);
  }
}

/** @returns whether everything held */
async function run(chosen: Arguments): Promise<boolean> {
  say(`seed ${chosen.seed}`);
  const { dataDir, runDir } = await openRun();
  let fleet: ChaosFleet | undefined;
  try {
    say('starting the servers and the fleet');
    const place = {
      ...(await detectFleet(chosen)),
      failover: chosen.failover,
      runDir,
      cacheDir: join(dataDir, 'cache'),
      say,
      signal: stopping,
    };
    fleet = await startChaosFleet(place);
    const findings = await runCampaign(chosen, fleet, say, stopping);
    const file = await keep(findings, join(dataDir, 'chaos'), runDir);
    console.log(describeFindings(findings));
    console.log(`written to ${file}`);
    return !hasFailed(findings);
  } finally {
    await fleet?.stop();
    await killStrayProcesses(runDir);
    await rm(runDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The fleet that this machine can have. */
async function detectFleet({ brokers }: Arguments) {
  const rabbitmq = await findRabbitmq(undefined);
  if ('missing' in rabbitmq) say(`without the notifier: ${rabbitmq.missing}`);
  const rabbitmqProgram = 'program' in rabbitmq ? rabbitmq.program : undefined;
  return { topology: topologyOf(rabbitmqProgram !== undefined, brokers), rabbitmqProgram };
}

/** Writes the findings, and keeps the logs of a run that has something to explain. @returns the findings' file */
async function keep(findings: Findings, folder: string, runDir: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `seed-${findings.seed}.json`);
  await writeFile(file, `${JSON.stringify(findings, null, 2)}\n`);
  const logs = join(folder, `seed-${findings.seed}-logs`);
  await rm(logs, { recursive: true, force: true });
  if (hasFailed(findings) || findings.badStops.length > 0) {
    await cp(join(runDir, 'tmp'), logs, { recursive: true });
    for (const log of await readdir(runDir, { recursive: true }))
      if (SERVER_LOG.test(log)) await cp(join(runDir, log), join(logs, log));
  }
  return file;
}

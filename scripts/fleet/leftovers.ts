import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { sendSignal } from '@eventfleet/embedded';
import { commandLineOf } from '../bootstrap/command-line.mjs';
import { ROOT } from '../bootstrap/root.mjs';
import { STOP_ORDER, type Stage } from './service.ts';
import { APPS, type FleetSettings } from './up.config.ts';

interface Leftover {
  readonly name: string;
  readonly pid: number;
  readonly stage: Stage;
}

const GRACE_MS = 20_000;
const SERVERS = ['issuer', 'kafka', 'postgres', 'rabbitmq'];

/**
 * Stops what a start that was killed left running, in order, by its pid files. A process id that is in use again by
 * something else is recognised by its command line, which names neither this checkout nor this data folder. No pid
 * file is left: one of a service that is not started again would stay for ever.
 */
export async function stopLeftovers(
  { runDir, dataDir }: FleetSettings,
  say: (line: string) => void,
): Promise<void> {
  const isOurs = (pid: number) => [ROOT, dataDir].some((folder) => commandLineOf(pid).includes(folder));
  const recorded = await readPidFiles(runDir);
  const leftovers = recorded.filter(({ pid }) => isOurs(pid));
  for (const stage of STOP_ORDER) {
    const ofStage = leftovers.filter((leftover) => leftover.stage === stage);
    await Promise.all(
      ofStage.map(async ({ name, pid }) => {
        say(`stopping ${name}, left running by an earlier start (pid ${pid})`);
        await stopProcess(pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM', isOurs);
      }),
    );
  }
  for (const { name } of recorded) await rm(join(runDir, `${name}.pid`), { force: true });
}

async function readPidFiles(runDir: string): Promise<Leftover[]> {
  const files = (await readdir(runDir).catch(() => [])).filter(
    (file) => file.endsWith('.pid') && file !== 'fleet.pid',
  );
  return Promise.all(
    files.map(async (file) => {
      const name = file.slice(0, -'.pid'.length);
      const pid = Number(await readFile(join(runDir, file), 'utf8'));
      return { name, pid, stage: stageOf(name) };
    }),
  );
}

function stageOf(name: string): Stage {
  if (SERVERS.includes(name)) return 'server';
  return APPS.find((app) => name === app.name || name.startsWith(`${app.name}-`))?.stage ?? 'edge';
}

/** It is no child of this process: its end is seen only by looking. */
async function stopProcess(
  pid: number,
  signal: NodeJS.Signals,
  isOurs: (pid: number) => boolean,
): Promise<void> {
  sendSignal(pid, signal);
  const deadline = Date.now() + GRACE_MS;
  while (isOurs(pid)) {
    if (Date.now() > deadline) sendSignal(-pid, 'SIGKILL');
    await delay(50);
  }
}

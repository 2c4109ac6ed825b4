import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inheritedEnvironment } from '@eventfleet/testing';
import { startFleet, type Fleet } from '../e2e/support/fleet.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/stale-row/run.ts', import.meta.url));

export interface Run {
  readonly code: number;
  readonly output: string;
}

/** A fleet in which `npm run stale-row` can make rows stale. */
export interface StaleRows {
  readonly fleet: Fleet;
  /** Runs a script with the fleet's environment. */
  run(args: readonly string[], more?: Readonly<Record<string, string>>): Promise<Run>;
  /** Runs the set-up, and returns the only thing that it tells: the correlation id. */
  setUp(name: string): Promise<string>;
  undo(): Promise<void>;
  stop(): Promise<void>;
}

export async function startStaleRows(name: string): Promise<StaleRows> {
  const dataDir = await mkdtemp(join(tmpdir(), 'eventfleet-why-'));
  const fleet = await startFleet(name, { projectors: 1 });
  const [commandApi, projector] = [fleet.commandApis[0]!, fleet.projectors[0]!];
  const env = {
    ...fleet.env,
    EVENTFLEET_DATA_DIR: dataDir,
    FLEET_APP_URLS: `command-api=${commandApi.url},projector=${projector.url}`,
  };
  await mkdir(join(dataDir, 'run'));
  await writeFile(join(dataDir, 'run', 'command-api.pid'), String(commandApi.pid));
  const run: StaleRows['run'] = (args, more = {}) => {
    const options = { env: { ...inheritedEnvironment(), ...env, ...more }, timeout: 90_000 };
    return new Promise((resolve) => {
      execFile(process.execPath, [...args], options, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
      );
    });
  };
  const runSetUp = async (setUp: string) => {
    const { code, output } = await run([SCRIPT, setUp]);
    expect({ code, output }).toMatchObject({ code: 0 });
    return output;
  };
  return {
    fleet: { ...fleet, env },
    run,
    setUp: async (setUp) => /why (\S+)/.exec(await runSetUp(setUp))![1]!,
    async undo() {
      await runSetUp('undo');
    },
    async stop() {
      commandApi.kill('SIGCONT');
      await fleet.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

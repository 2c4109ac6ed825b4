import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLock } from '../bootstrap/lock.mjs';

const WAIT_MS = 20_000;

/**
 * Makes this process the only one that runs a fleet in this data folder. One that is just stopping is waited for.
 * @returns what gives the folder up
 * @throws Error when a fleet runs in it
 */
export async function claimRunFolder(runDir: string, say: (line: string) => void): Promise<() => void> {
  const file = join(runDir, 'fleet.pid');
  const deadline = Date.now() + WAIT_MS;
  let announced = false;
  for (;;) {
    const release = tryLock(file, join('scripts', 'fleet', 'up.ts'));
    if (release) return release;
    if (Date.now() > deadline) {
      throw new Error(
        `a fleet already runs in this data folder (${file}); stop it, or choose another one with EVENTFLEET_DATA_DIR`,
      );
    }
    if (!announced) say('waiting for the fleet that still runs in this data folder to stop');
    announced = true;
    await delay(200);
  }
}

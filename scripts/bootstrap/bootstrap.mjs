// @ts-check
import { join } from 'node:path';
import { buildAll } from './build.mjs';
import { installDependencies } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { ROOT } from './root.mjs';

const OLDEST_NODE = 20;
const LOCK_FILE = join(ROOT, '.eventfleet', 'bootstrap.lock');

/**
 * Makes a plain checkout runnable: dependencies as the lock file says, everything built. Does nothing where nothing
 * is to do. Needs Node >= 20 with npm, and no dependency. Ends the process with one clear message when it cannot.
 */
export async function bootstrap() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    fail(`Eventfleet needs Node >= ${OLDEST_NODE} to start, this is ${process.version}`);
  }
  try {
    await withLock(LOCK_FILE, 'scripts', setUp, () =>
      console.error('waiting for another start to set this checkout up …'),
    );
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

async function setUp() {
  await installDependencies();
  await buildAll();
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exit(1);
}

// @ts-check
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { commandLineOf } from './command-line.mjs';

const POLL_MS = 200;
const LONG_WAIT_MS = 2_000;

/**
 * Runs `work` while no other process holds this lock; the others wait.
 * @template T
 * @param {string} file
 * @param {string} holder see `tryLock`
 * @param {() => Promise<T>} work
 * @param {() => void} onWait called once when the wait is no short one
 * @returns {Promise<T>}
 */
export async function withLock(file, holder, work, onWait) {
  const waiting = setTimeout(onWait, LONG_WAIT_MS);
  let release = tryLock(file, holder);
  while (!release) {
    await delay(POLL_MS);
    release = tryLock(file, holder);
  }
  clearTimeout(waiting);
  return work().finally(release);
}

/**
 * Takes a lock whose file holds the process id of its holder. The lock of a process that was killed is taken over.
 * It is also released when the process exits.
 * @param {string} file
 * @param {string} holder what every holder has in its command line, so that a process id in use again is not taken for one
 * @returns {(() => void) | undefined} releases it; undefined when another process holds it
 */
export function tryLock(file, holder) {
  mkdirSync(dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, `${process.pid}\n`);
  try {
    removeAbandoned(mine, file, holder);
    if (!linked(mine, file)) return undefined;
  } finally {
    rmSync(mine, { force: true });
  }
  const release = () => {
    process.off('exit', release);
    rmSync(file, { force: true });
  };
  process.on('exit', release);
  return release;
}

/**
 * One process at a time may do so, and looks again when it is the one: else it could remove what another one has
 * taken over in between.
 * @param {string} mine
 * @param {string} file
 * @param {string} holder
 */
function removeAbandoned(mine, file, holder) {
  const owner = ownerOf(file);
  if (owner === undefined || (owner !== process.pid && commandLineOf(owner).includes(holder))) return;
  const removal = `${file}.removal-of-${owner}`;
  if (!linked(mine, removal)) return;
  if (ownerOf(file) === owner) rmSync(file, { force: true });
  rmSync(removal, { force: true });
}

/**
 * A hard link is made by one process only, and is never seen half written.
 * @param {string} from
 * @param {string} to
 */
function linked(from, to) {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}

/** @param {string} file */
function ownerOf(file) {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

import { writeSync } from 'node:fs';
import { FAILPOINTS, type Failpoint } from './failpoints.js';

/** How often a failpoint is still passed unharmed, and what happens then. */
interface Armed {
  readonly name: Failpoint;
  passes: number;
  readonly die: (name: Failpoint) => void;
}

let armed: Armed | undefined;

/** Ends the process, as a crash would, where a test has asked for it. Otherwise free: one comparison. */
export function failpoint(name: Failpoint): void {
  if (armed === undefined || armed.name !== name) return;
  armed.passes--;
  if (armed.passes === 0) armed.die(name);
}

/** Whether any failpoint is armed: then steps that otherwise go out together are taken one after the other. */
export function isArmed(): boolean {
  return armed !== undefined;
}

/**
 * Arms one failpoint of this process.
 * @param spec its name, and how many times it is to be reached: `between append and answer`, or with `@3` the third time
 * @param die ends the process at once, without any handler; another one is for tests of this function
 * @throws Error for a name that is not in the list
 */
export function armFailpoint(spec: string, die: (name: Failpoint) => void = killThisProcess): void {
  const [name, nth = '1'] = spec.split('@');
  const known = FAILPOINTS.find((candidate) => candidate === name);
  if (!known || !/^[1-9]\d{0,8}$/.test(nth)) {
    throw new Error(`no such failpoint: ${spec}; known are ${FAILPOINTS.join(', ')}`);
  }
  armed = { name: known, passes: Number(nth), die };
}

export function disarmFailpoints(): void {
  armed = undefined;
}

/** Says where, so that a test knows that this death is the one it asked for. */
function killThisProcess(name: Failpoint): void {
  writeSync(process.stderr.fd, `failpoint reached: ${name}\n`);
  process.kill(process.pid, 'SIGKILL');
}

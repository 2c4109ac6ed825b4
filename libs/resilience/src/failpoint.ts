import { FAILPOINTS, type Failpoint } from './failpoints.js';

/** How often a failpoint is still passed unharmed, and what happens then. */
interface Armed {
  readonly name: Failpoint;
  passes: number;
  readonly die: () => void;
}

let armed: Armed | undefined;

/** Ends the process, as a crash would, where a test has asked for it. Otherwise free: one comparison. */
export function failpoint(name: Failpoint): void {
  if (armed === undefined || armed.name !== name) return;
  armed.passes--;
  if (armed.passes === 0) armed.die();
}

/**
 * Arms one failpoint of this process.
 * @param spec its name, and how many times it is to be reached: `between append and answer`, or with `@3` the third time
 * @param die ends the process at once, without any handler; another one is for tests of this function
 * @throws Error for a name that is not in the list
 */
export function armFailpoint(spec: string, die: () => void = killThisProcess): void {
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

function killThisProcess(): void {
  process.kill(process.pid, 'SIGKILL');
}

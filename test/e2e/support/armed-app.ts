import type { Failpoint } from '@eventfleet/resilience';
import type { AppProcess } from '@eventfleet/testing';
import type { Fleet } from './fleet.js';

/** A process that dies at a failpoint. */
export interface ArmedApp {
  /** Absent where it died before it listened. */
  readonly app?: AppProcess;
  /** Resolves with how it ended and what it wrote. */
  readonly death: Promise<string>;
}

/** Starts a copy that dies when it reaches a failpoint for the `nth` time. */
export async function startArmed(
  fleet: Fleet,
  name: string,
  failpoint: Failpoint,
  nth = 1,
  env: Readonly<Record<string, string>> = {},
): Promise<ArmedApp> {
  const armed = { ...env, EVENTFLEET_FAILPOINT: `${failpoint}@${nth}` };
  try {
    const app = await fleet.start(name, armed, { until: 'live' });
    return { app, death: app.exited.then((ending) => `${ending}\n${app.logs()}`) };
  } catch (error) {
    return { death: Promise.resolve(String(error)) };
  }
}

/** How a death at a failpoint is recognised. */
export function deathAt(failpoint: Failpoint): RegExp {
  return new RegExp(`SIGKILL[^]*failpoint reached: ${failpoint}\n?`);
}

import { peakMemoryMb } from '@eventfleet/embedded';
import type { AppProcess } from '@eventfleet/testing';
import type { Fleet } from '../support/fleet.ts';
import { rateOf, type Meter } from '../support/meter.ts';
import { usageMissing } from '../support/process-usage.ts';

/** One round with a backlog: how fast it shrank, and the most memory that the app took meanwhile. */
export interface BacklogRound {
  readonly perSecond: number;
  readonly peakMb: number;
}

/** The part of a round that is not counted: compiled code and heaps grow into their shape. */
const WARM_UP = 0.2;

/** What of a round of so many events is not counted. */
export function warmUpOf(events: number): number {
  return Math.floor(events * WARM_UP);
}

/** Starts an app that works off a share of its backlog, measures it, and stops it. */
export async function workOff(
  fleet: Fleet,
  app: 'command-api' | 'projector',
  meter: Meter,
  events: number,
  env: Readonly<Record<string, string>> = {},
): Promise<BacklogRound> {
  const base = await meter.count();
  const running: AppProcess = await fleet.start(app, env);
  try {
    const perSecond = await rateOf(meter, base, warmUpOf(events), events);
    return { perSecond, peakMb: usageMissing() ? Number.NaN : peakMemoryMb(running.pid) };
  } finally {
    await running.stop();
  }
}

export function ratesOf(rounds: readonly BacklogRound[]): number[] {
  return rounds.map((round) => round.perSecond);
}

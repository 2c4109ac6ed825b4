import type { ClockDifference } from './postgres-facts.js';

/** Times in milliseconds since 1970: by this machine's clock before and after the question, and by the server's. */
export interface ClockSample {
  readonly before: number;
  readonly server: number;
  readonly after: number;
}

/** Of the sample whose question took the shortest time, as if it had taken as long to the server as back. */
export function clockDifference(samples: readonly ClockSample[]): ClockDifference {
  const [best] = samples.toSorted((a, b) => roundTrip(a) - roundTrip(b));
  if (!best) throw new Error('no sample');
  const uncertaintyMs = roundTrip(best) / 2;
  return { ms: best.server - (best.before + uncertaintyMs), uncertaintyMs };
}

function roundTrip({ before, after }: ClockSample): number {
  return after - before;
}

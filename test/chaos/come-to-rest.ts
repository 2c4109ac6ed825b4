import type { Load } from './load/load.ts';
import { discardParked } from './poison/discard-parked.ts';
import type { Campaign } from './under-fire.ts';
import { untilProjected } from './watch/until-projected.ts';
import { untilReactionsAreDone } from './watch/until-reactions-are-done.ts';

export interface Rest {
  readonly tookMs: number;
  /** Keys of which something was parked. */
  readonly parked: readonly string[];
  /** What did not come to rest. */
  readonly unfinished: readonly string[];
}

const RESOLVE_MS = 60_000;
const QUIET_MS = 60_000;
/** An onboarding that began last has to run out of time, a mail may wait for its next try. */
const REACTIONS_MS = 120_000;

/** In peace: asks for every unknown outcome, and waits until everything stored is published and projected, and all that follows from it has happened. */
export async function comeToRest({ fleet, kafka, signal }: Campaign, load: Load): Promise<Rest> {
  const started = performance.now();
  const ready = await Promise.allSettled([...fleet.copies.values()].map((copy) => copy.untilReady()));
  const notReady = ready.flatMap((result) =>
    result.status === 'rejected' ? [String((result.reason as Error).message)] : [],
  );
  await load.resolveUnknown(AbortSignal.any([signal, AbortSignal.timeout(RESOLVE_MS)]));
  signal.throwIfAborted();
  const behind = await untilProjected(fleet.direct, kafka, QUIET_MS);
  const { keys, left } = await discardParked(fleet);
  const undone = await untilReactionsAreDone(fleet, REACTIONS_MS);
  const behindAgain = await untilProjected(fleet.direct, kafka, QUIET_MS);
  return {
    tookMs: Math.round(performance.now() - started),
    parked: keys,
    unfinished: [
      ...notReady,
      ...behind,
      ...left.map((key) => `events of ${key} stay parked`),
      ...undone,
      ...behindAgain,
    ],
  };
}

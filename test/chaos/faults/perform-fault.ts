import { setTimeout as delay } from 'node:timers/promises';
import type { ChaosFleet } from '../fleet/chaos-fleet.ts';
import type { Fault } from '../schedule.ts';
import { isServer } from '../topology.ts';
import { disturbLink } from './link-faults.ts';
import type { Poisoner } from '../poison/poisoner.ts';

/** Does a fault and undoes it; resolves when its target is whole again. */
export async function performFault(fault: Fault, fleet: ChaosFleet, poisoner: Poisoner): Promise<void> {
  const { kind, target, forMs } = fault;
  switch (kind) {
    case 'kill': {
      const victims = isServer(target) ? fleet.servers : fleet.copies;
      await victims.get(target)!.kill(forMs);
      break;
    }
    case 'failover':
      await fleet.replicated!.failOver(fault.primary!, forMs);
      break;
    case 'terminate':
      await fleet.copies.get(target)!.terminate(forMs);
      break;
    case 'freeze':
      await fleet.copies.get(target)!.freeze(forMs);
      break;
    case 'latency':
    case 'reset':
    case 'blackhole':
      await disturbLink(fleet.links.get(target)!, fault);
      break;
    case 'poison':
      await poisoner.poison();
      break;
  }
}

/** Does each at its time. @returns the reasons for which some could not be done */
export async function performAll(
  faults: readonly Fault[],
  perform: (fault: Fault) => Promise<void>,
  signal: AbortSignal,
): Promise<Error[]> {
  const started = performance.now();
  const errors: Error[] = [];
  await Promise.all(
    faults.map(async (fault) => {
      try {
        await delay(fault.at - (performance.now() - started), undefined, { signal });
        await perform(fault);
      } catch (error) {
        const cause = error instanceof Error ? error.message : String(error);
        errors.push(new Error(`${fault.kind} ${fault.target}: ${cause}`, { cause: error }));
      }
    }),
  );
  return errors;
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Kafka } from '@eventfleet/kafka';
import type { Arguments } from './arguments.ts';
import { performAll, performFault } from './faults/perform-fault.ts';
import type { ChaosFleet } from './fleet/chaos-fleet.ts';
import { Ledger } from './load/ledger.ts';
import { Load } from './load/load.ts';
import { StreamReaders } from './load/stream-readers.ts';
import { Poisoner } from './poison/poisoner.ts';
import { Random } from './random.ts';
import { describeFault, planFaults, type Fault } from './schedule.ts';
import { PauseMeter, type Pause } from './watch/pause-meter.ts';

/** What a run works with. */
export interface Campaign {
  readonly chosen: Arguments;
  readonly fleet: ChaosFleet;
  /** Past all links. */
  readonly kafka: Kafka;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface UnderFire {
  readonly ledger: Ledger;
  /** Stopped; it can still ask for what is unknown. */
  readonly load: Load;
  /** They still come and go. */
  readonly readers: StreamReaders;
  /** Those that were done, and undone. */
  readonly faults: readonly Fault[];
  /** Why others could not be. */
  readonly errors: readonly Error[];
  readonly poisonedUsers: readonly string[];
  /** The longest time without a decision on any command. */
  readonly pause: Pause;
}

const PROGRESS_MS = 10_000;
const POISON_STREAM = 1_000;
const COMMANDS = 'commands';

/** Load and faults for the time that was asked for; everything is whole again afterwards. */
export async function goUnderFire({ chosen, fleet, kafka, say, signal }: Campaign): Promise<UnderFire> {
  const { seed, durationMs } = chosen;
  const started = performance.now();
  const ledger = new Ledger();
  const acceptance = new PauseMeter();
  const load = new Load({
    seed,
    ledger,
    commandUrls: fleet.commandUrls,
    queryUrls: fleet.queryUrls,
    onAcknowledged: () => acceptance.progressed(COMMANDS, performance.now() - started),
  });
  const readers = new StreamReaders(seed, fleet.queryUrls);
  const poisoner = new Poisoner({
    load,
    random: new Random(seed, POISON_STREAM),
    kafka,
    eventStoreUrl: fleet.direct.eventStoreUrl,
    signal,
  });
  const progress = setInterval(() => say(describeProgress(ledger)), PROGRESS_MS);
  const faults: Fault[] = [];
  const perform = async (fault: Fault) => {
    say(describeFault(fault));
    await performFault(fault, fleet, poisoner);
    faults.push(fault);
  };

  acceptance.progressed(COMMANDS, 0);
  load.start();
  readers.start();
  const [errors] = await Promise.all([
    performAll(planFaults(seed, { ...chosen, topology: fleet.topology }), perform, signal),
    delay(durationMs, undefined, { signal }),
  ]);
  acceptance.waits(COMMANDS, performance.now() - started);
  clearInterval(progress);
  await load.stop();
  const { userIds: poisonedUsers } = poisoner;
  return { ledger, load, readers, faults, errors, poisonedUsers, pause: acceptance.longest };
}

function describeProgress(ledger: Ledger): string {
  const { acknowledged, cutOff } = ledger;
  return `${acknowledged} commands acknowledged, ${ledger.unknown().length} unknown, ${cutOff} attempts cut off`;
}

import { countConflicts } from '@eventfleet/history';
import {
  describeDeadLetters,
  describeGroups,
  findDeadLetterTopics,
  withPrefix,
  type GroupDescription,
} from '@eventfleet/kafka';
import { gatherStatus, type FleetStatus } from '@eventfleet/operators';
import { readVerificationProgress, type VerificationProgress } from '@eventfleet/projections';
import { ask, type Part } from '@eventfleet/resilience';
import type { Stores } from '../stores/stores.js';

/** What is asked at every look. */
export interface FleetFacts {
  /** Milliseconds of a clock that only goes on. */
  readonly at: number;
  readonly status: FleetStatus;
  /** The consumer groups, by the name of their projection or process manager. */
  readonly groups: ReadonlyMap<string, GroupDescription>;
}

/** What is asked now and then, since it costs more and changes less. */
export interface SlowFacts {
  readonly verifications: Part<readonly VerificationProgress[]>;
  readonly deadLetters: Part<readonly { readonly name: string; readonly waiting: number }[]>;
  readonly historyConflicts: Part<number>;
}

export async function gatherFacts(stores: Stores): Promise<FleetFacts> {
  const status = await gatherStatus(stores);
  const names = consumersOf(status).map(({ projection }) => projection);
  const groups = status.kafka.ok ? await ask(() => describe(stores, names)) : undefined;
  return { at: performance.now(), status, groups: groups?.ok ? groups.value : new Map() };
}

export function consumersOf({ readStore, processManagers }: FleetStatus) {
  return [
    ...(readStore.ok ? readStore.value.projections : []),
    ...(processManagers.ok ? processManagers.value.processManagers : []),
  ];
}

async function describe(
  { kafka, settings }: Stores,
  names: readonly string[],
): Promise<ReadonlyMap<string, GroupDescription>> {
  const fullName = (name: string) => withPrefix(settings, name);
  const found = await describeGroups(kafka, names.map(fullName));
  return new Map(
    names.flatMap((name) => {
      const group = found.get(fullName(name));
      return group ? [[name, group] as const] : [];
    }),
  );
}

export async function gatherSlowFacts(stores: Stores): Promise<SlowFacts> {
  const [verifications, historyConflicts, deadLetters] = await Promise.all([
    ask(() => readVerificationProgress(stores.readStore)),
    ask(() => countConflicts(stores.eventStore)),
    ask(() => countDeadLetters(stores)),
  ]);
  return { verifications, deadLetters, historyConflicts };
}

async function countDeadLetters({ kafka, settings }: Stores) {
  const counts: { name: string; waiting: number }[] = [];
  for (const name of await findDeadLetterTopics(kafka, settings)) {
    counts.push({ name, waiting: (await describeDeadLetters(kafka, name)).waiting });
  }
  return counts;
}

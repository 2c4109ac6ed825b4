import { decryptPersonal } from '@eventfleet/contracts';
import type { PastQuery, PastStep } from '../sql/read-past.js';
import type { StreamsQuery, StreamStep } from '../sql/read-streams.js';
import type { PersonalData } from './personal-data.js';

type Step = StreamStep | PastStep;
type SnapshotStep = Extract<Step, { kind: 'snapshot' }>;
type EventStep = Extract<Step, { kind: 'event' }>;

/** No state was ever stored with it. */
const NO_SNAPSHOT = -1;

/** Reads steps as they were before they were encrypted. A stream whose snapshot cannot be read is read from its events. */
export async function revealSteps(
  personalData: PersonalData,
  read: (query: StreamsQuery) => Promise<StreamStep[]>,
  query: StreamsQuery,
): Promise<StreamStep[]> {
  const { steps, unreadable } = await revealReadable(personalData, query, await read(query));
  if (unreadable.size === 0) return steps;
  const loadedVersions = new Map([...query.loadedVersions].filter(([id]) => unreadable.has(id)));
  const again = await read({ ...query, loadedVersions, snapshotSchemaVersion: NO_SNAPSHOT });
  return [...steps, ...(await revealReadable(personalData, query, again)).steps];
}

/** As `revealSteps`. */
export async function revealPast(
  personalData: PersonalData,
  read: (query: PastQuery) => Promise<PastStep[]>,
  query: PastQuery,
): Promise<PastStep[]> {
  const { steps, unreadable } = await revealReadable(personalData, query, await read(query));
  if (unreadable.size === 0) return steps;
  const wanted = query.wanted.filter(({ aggregateId }) => unreadable.has(aggregateId));
  const again = await read({ ...query, wanted, snapshotSchemaVersion: NO_SNAPSHOT });
  return [...steps, ...(await revealReadable(personalData, query, again)).steps];
}

/** Leaves out all steps of a stream whose snapshot cannot be read. @throws as `PersonalData.reveal` does */
async function revealReadable<S extends Step>(
  personalData: PersonalData,
  { aggregateType, mayLackPersonalData }: Pick<StreamsQuery, 'aggregateType' | 'mayLackPersonalData'>,
  steps: readonly S[],
): Promise<{ steps: S[]; unreadable: ReadonlySet<string> }> {
  const all: readonly Step[] = steps;
  const snapshots = all.filter((step): step is SnapshotStep => step.kind === 'snapshot');
  const texts = snapshots.length > 0 ? await personalData.revealStates(aggregateType, snapshots) : [];
  const states = new Map<Step, string | undefined>(snapshots.map((step, index) => [step, texts[index]]));
  const unreadable = new Set<string>();
  for (const { aggregateId } of snapshots.filter((step) => states.get(step) === undefined))
    unreadable.add(aggregateId);
  const readable = unreadable.size === 0 ? all : all.filter((step) => !unreadable.has(step.aggregateId));
  const events = readable.filter((step): step is EventStep => step.kind === 'event');
  const encrypted = events.map(({ aggregateId, version, data }) => {
    return { aggregateType, aggregateId, version, data };
  });
  const plain = (await personalData.revealEach(encrypted)).map((each, index) => {
    if (!(each instanceof Error)) return each;
    if (!mayLackPersonalData?.has(encrypted[index]!.aggregateId)) throw each;
    return decryptPersonal(encrypted[index]!, undefined);
  });
  const nextPlain = plain.values();
  const revealed = readable.map((step): Step => {
    if (step.kind === 'snapshot') return { ...step, state: states.get(step)! };
    return { ...step, data: nextPlain.next().value!.data };
  });
  // Each is of the kind of the step that it stands for.
  return { steps: revealed as S[], unreadable };
}

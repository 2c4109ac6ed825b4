import { withArrayTexts, type Statement } from '@eventfleet/postgres';
import type { RevealEvents } from '../event-source.js';
import type { FoldingProjection } from '../projection.js';
import type { RecordVerifier } from '../record-verification/record-verifier.js';
import { summaryOf, type AppliedSummary } from './batch-report.js';
import type { ClassifiedRecords, KeyStates } from './classify-records.js';
import { contributionsOf } from './contributions.js';
import { decodeRecords, type DecodedRecord } from './decode-record.js';
import { classifyOrDoubt, DoubtfulBatch } from './prepare-batch.js';
import { saveVersions } from './projection-statements.js';
import { revealRecords } from './reveal-records.js';
import type { LockedMembers, Member } from './shared-members.js';

export interface PreparedMember {
  readonly member: Member;
  readonly applied: AppliedSummary;
}

/** What a transaction still has to write. It holds no events, as in `BatchWrites`. */
export interface PreparedWrites {
  readonly members: readonly PreparedMember[];
  readonly statements: readonly Statement[];
  /** What the event store says of the events; nothing if there is no store to ask. */
  readonly areKnown: readonly Promise<boolean>[];
}

export interface FoldOptions {
  readonly verifier: RecordVerifier | undefined;
  /** Undefined if the data of records is never encrypted. */
  readonly reveal: RevealEvents | undefined;
}

/** Folds the members that are plain, and leaves out the others. Asks the event store for their events. */
export async function foldMembers(
  locked: LockedMembers,
  { verifier, reveal }: FoldOptions,
): Promise<PreparedWrites> {
  if (!reveal) return fold(locked, verifier, decode);
  const revealed = new Map<Member, readonly DecodedRecord[]>();
  await Promise.all(
    locked.ready.map(async (member) => {
      revealed.set(member, await revealRecords(member.projection.name, decode(member), reveal));
    }),
  );
  return fold(locked, verifier, (member) => revealed.get(member)!);
}

/** Not async: nothing keeps the events while answers are awaited. */
function fold(
  { ready, keys }: LockedMembers,
  verifier: RecordVerifier | undefined,
  decodedOf: (member: Member) => readonly DecodedRecord[],
): PreparedWrites {
  const prepared: PreparedMember[] = [];
  const statements: Statement[] = [];
  const areKnown: Promise<boolean>[] = [];
  for (const [projection, ofProjection] of Map.groupBy(ready, (member) => member.projection)) {
    const runs: (ClassifiedRecords & { readonly partition: number })[] = [];
    for (const member of ofProjection) {
      const decoded = decodedOf(member);
      const classified = classifyPlain(projection, decoded, keys.get(projection)!);
      if (!classified) continue;
      const isKnown = verifier?.ask(projection, decoded);
      if (isKnown) areKnown.push(isKnown);
      prepared.push({ member, applied: summaryOf(classified.events) });
      if (classified.events.length > 0) runs.push({ ...classified, partition: member.batch.partition });
    }
    if (runs.length > 0) statements.push(...foldRuns(projection, runs));
  }
  return { members: prepared, statements: statements.map(withArrayTexts), areKnown };
}

function decode({ projection, batch }: Member): readonly DecodedRecord[] {
  return decodeRecords(projection.name, batch, batch.messages);
}

/** @returns undefined if a record is not plainly the next event of its key, or the last one again */
function classifyPlain(
  { name }: FoldingProjection,
  decoded: readonly DecodedRecord[],
  keys: KeyStates,
): ClassifiedRecords | undefined {
  try {
    const classified = classifyOrDoubt(name, decoded, keys);
    return classified.behind.length > 0 ? undefined : classified;
  } catch (error) {
    if (error instanceof DoubtfulBatch) return undefined;
    throw error;
  }
}

function foldRuns(
  projection: FoldingProjection,
  runs: readonly (ClassifiedRecords & { readonly partition: number })[],
): readonly Statement[] {
  const applied = new Map(runs.flatMap((run) => [...run.applied]));
  const contributions = contributionsOf(
    projection,
    runs.flatMap(({ events }) => events),
  );
  return [...projection.prepare(...runs), saveVersions(projection.name, applied, contributions)];
}

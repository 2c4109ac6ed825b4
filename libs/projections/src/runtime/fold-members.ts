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

/** The records of a batch. Projections that have fetched the same ones share them. */
interface Content {
  readonly decoded: readonly DecodedRecord[];
  /** What the event store says of them, once it was asked; undefined if there is none. */
  areKnown?: Promise<boolean> | undefined;
}

/** Folds the members that are plain, and leaves out the others. Asks the event store for their events. */
export async function foldMembers(
  locked: LockedMembers,
  { verifier, reveal }: FoldOptions,
): Promise<PreparedWrites> {
  const members = new Map(locked.ready.map((member) => [contentName(member), member]));
  const contents = decodeAll(members);
  return fold(locked, verifier, reveal ? await revealAll(contents, reveal) : contents);
}

/** Asks once for the keys of all members: to ask costs more than what is asked. */
async function revealAll(
  contents: ReadonlyMap<string, Content>,
  reveal: RevealEvents,
): Promise<ReadonlyMap<string, Content>> {
  const all = [...contents.values()].flatMap(({ decoded }) => decoded);
  // Nobody reads whose fault it is: a member with a fault is applied by itself.
  const revealed = await revealRecords('shared', all, reveal);
  let at = 0;
  return new Map(
    Array.from(contents, ([name, { decoded }]) => [
      name,
      { decoded: revealed.slice(at, (at += decoded.length)) },
    ]),
  );
}

/** Not async: nothing keeps the events while answers are awaited. */
function fold(
  { ready, keys }: LockedMembers,
  verifier: RecordVerifier | undefined,
  contents: ReadonlyMap<string, Content>,
): PreparedWrites {
  const prepared: PreparedMember[] = [];
  const statements: Statement[] = [];
  const areKnown = new Set<Promise<boolean>>();
  for (const [projection, members] of Map.groupBy(ready, (member) => member.projection)) {
    const runs: (ClassifiedRecords & { readonly partition: number })[] = [];
    for (const member of members) {
      const content = contents.get(contentName(member))!;
      const classified = classifyPlain(projection, content.decoded, keys.get(projection)!);
      if (!classified) continue;
      content.areKnown ??= verifier?.ask(projection, content.decoded);
      if (content.areKnown) areKnown.add(content.areKnown);
      prepared.push({ member, applied: summaryOf(classified.events) });
      if (classified.events.length > 0) runs.push({ ...classified, partition: member.batch.partition });
    }
    if (runs.length > 0) statements.push(...foldRuns(projection, runs));
  }
  return { members: prepared, statements: statements.map(withArrayTexts), areKnown: [...areKnown] };
}

/** The same for the same records, unless they are traced: each projection has spans of its own. */
function contentName({ projection, batch }: Member): string {
  const { identity, partition, firstOffset, lastOffset, messages, spans } = batch;
  const name = `${identity.topicId} ${partition} ${firstOffset} ${lastOffset} ${messages.length}`;
  return spans ? `${name} ${projection.name}` : name;
}

function decodeAll(members: ReadonlyMap<string, Member>): ReadonlyMap<string, Content> {
  return new Map(Array.from(members, ([name, member]) => [name, { decoded: decode(member) }]));
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
  // Classification notes what it takes for applied: what is left out must not count for the others.
  const before = decoded.map(({ key }) => [key, keys.applied.get(key)] as const);
  try {
    const classified = classifyOrDoubt(name, decoded, keys);
    if (classified.behind.length === 0) return classified;
  } catch (error) {
    if (!(error instanceof DoubtfulBatch)) throw error;
  }
  for (const [key, applied] of before) {
    if (applied) keys.applied.set(key, applied);
    else keys.applied.delete(key);
  }
  return undefined;
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

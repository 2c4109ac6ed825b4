import { erasedText, withoutPersonal, type RecordedEvent } from '@eventfleet/contracts';
import { EventStore, type PersonalData } from '@eventfleet/event-store';
import type pg from 'pg';
import { readConflicts, type Conflict, type ConflictFilter } from './conflicts.js';

/** A conflict, and what the store has from its first version on. */
export interface ConflictWithStored extends Conflict {
  readonly stored: readonly RecordedEvent[];
}

export interface ConflictsOptions {
  /** Conflicts that are read at most. */
  readonly limit?: number;
  /** Undefined if nothing is encrypted: personal fields are given as they are stored. */
  readonly reveal?: PersonalData['revealEach'] | undefined;
}

/**
 * The conflicts that nobody has resolved: how many there are, and the first of them, each with both sides. Personal fields
 * are as they were written, so that what is equal looks equal. They are null if they are erased, or cannot be read.
 */
export async function readWithStored(
  pool: pg.Pool,
  filter: ConflictFilter,
  { limit, reveal }: ConflictsOptions = {},
): Promise<{ readonly total: number; readonly conflicts: readonly ConflictWithStored[] }> {
  const store = new EventStore(pool);
  const found: ConflictWithStored[] = [];
  const all = await readConflicts(pool, filter);
  for (const conflict of all.slice(0, limit)) {
    const { aggregateType, aggregateId, published } = conflict;
    const fromVersion = published[0]!.event.version;
    const stored = await store.readStream({ aggregateType, aggregateId }, { fromVersion });
    const withStored = { ...conflict, stored };
    found.push(reveal ? await revealed(withStored, reveal) : withStored);
  }
  return { total: all.length, conflicts: found };
}

async function revealed(
  conflict: ConflictWithStored,
  reveal: PersonalData['revealEach'],
): Promise<ConflictWithStored> {
  const { published, stored } = conflict;
  const events = [...published.map(({ event }) => event), ...stored];
  const readable = (await reveal(events)).map((each, index) => toReadable(events[index]!, each));
  return {
    ...conflict,
    published: published.map((each, index) => ({ ...each, event: readable[index]! })),
    stored: readable.slice(published.length),
  };
}

function toReadable(event: RecordedEvent, plain: RecordedEvent | Error): RecordedEvent {
  const isErased =
    !(plain instanceof Error) && plain.data.includes(JSON.stringify(erasedText(event.aggregateId)));
  return plain instanceof Error || isErased ? withoutPersonal(event) : plain;
}

import type { RecordedEvent } from '@eventfleet/contracts';

/** Why a published event cannot be taken back by itself. */
export type ConflictReason = 'version-taken' | 'version-gap' | 'claim-taken' | 'earlier-conflict';

export interface ContradictingEvent {
  readonly event: RecordedEvent;
  readonly reason: ConflictReason;
}

export interface SortedEvents {
  /** In version order, right behind what the store has. */
  readonly adoptable: readonly RecordedEvent[];
  readonly conflicting: readonly ContradictingEvent[];
}

/**
 * Sorts published events of one aggregate that the store lacks. After the first that does not follow on what the store
 * has, none does.
 * @param storedVersion the last version of the aggregate in the store; 0 for none
 */
export function sortLostEvents(
  lost: readonly RecordedEvent[],
  storedVersion: number,
  hasConflict: boolean,
): SortedEvents {
  const adoptable: RecordedEvent[] = [];
  const conflicting: ContradictingEvent[] = [];
  let version = storedVersion;
  for (const event of lost.toSorted((a, b) => a.version - b.version)) {
    const reason = reasonAgainst(event, version, hasConflict || conflicting.length > 0);
    if (reason) conflicting.push({ event, reason });
    else adoptable.push(event);
    version = reason ? version : event.version;
  }
  return { adoptable, conflicting };
}

function reasonAgainst(
  { version }: RecordedEvent,
  last: number,
  hasConflict: boolean,
): ConflictReason | undefined {
  if (hasConflict) return 'earlier-conflict';
  if (version <= last) return 'version-taken';
  return version > last + 1 ? 'version-gap' : undefined;
}

import type { RecordedEvent } from '@eventfleet/contracts';
import { ProjectionError } from '../projection.errors.js';
import type { DecodedRecord } from '../runtime/decode-record.js';
import type { AppliedEvent } from '../runtime/projection-statements.js';
import type { ParkedRow } from './parked-event-statements.js';

/** Events of an aggregate that never arrived, though later ones have: from this version to that, both included. */
export interface MissingEvents {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly fromVersion: number;
  readonly toVersion: number;
}

export interface PlanOptions {
  /** The name of the projection. */
  readonly projection: string;
  readonly key: string;
  /** How many missing events are asked for at a time. */
  readonly size: number;
  /** Those of the missing events that were found; undefined before anybody looked for them. */
  readonly found: readonly RecordedEvent[] | undefined;
}

/** The first row that stays parked: with the error of its event, or to go on with later. */
export interface End {
  readonly row: number;
  readonly error?: unknown;
  readonly missing?: MissingEvents;
}

/** A version to move to: by applying the event, or without an event if it is discarded. */
export interface Step extends AppliedEvent {
  readonly row: number;
  readonly event?: RecordedEvent;
}

/**
 * The steps that the first parked events of a key ask for, up to the first fault that shows in memory. If events are
 * missing before one of them, it ends there and says which: to be planned again with those that were found.
 * @param rows of the events, in order
 * @param records what the rows hold
 * @param applied the version that is applied; 0 for none
 */
export function planParkedChunk(
  { projection, key, size, found }: PlanOptions,
  rows: readonly Pick<ParkedRow, 'mark'>[],
  records: readonly DecodedRecord[],
  applied: number,
): { steps: Step[]; end: End } {
  const steps: Step[] = [];
  const foundByVersion = new Map(found?.map((event) => [event.version, event]));
  let version = applied;
  for (const [row, stored] of rows.entries()) {
    const isDiscarded = row === 0 && stored.mark === 'discard';
    const decoded = records[row]!;
    if ('fault' in decoded) {
      if (isDiscarded) continue;
      return { steps, end: { row, error: decoded.fault } };
    }
    const { event } = decoded;
    if (event.version <= version) continue;
    for (
      let next = foundByVersion.get(version + 1);
      next && version + 1 < event.version;
      next = foundByVersion.get(version + 1)
    ) {
      version++;
      steps.push({ row, version, eventId: next.eventId, event: next });
    }
    if (event.version > version + 1) {
      const missing = missingBefore(event, version, size);
      if (found === undefined) return { steps, end: { row, missing } };
      // As many as were asked for: there may be more.
      if (found.length >= size) return { steps, end: { row } };
      // If nobody has the versions before it, its own may be wrong. Taking it over could skip events that exist.
      if (isDiscarded) continue;
      const message = `version ${event.version} of ${key} follows version ${version}`;
      return { steps, end: { row, error: new ProjectionError('version-gap', projection, message) } };
    }
    version = event.version;
    steps.push({ row, version, eventId: event.eventId, ...(isDiscarded ? {} : { event }) });
  }
  return { steps, end: { row: rows.length } };
}

function missingBefore(event: RecordedEvent, applied: number, most: number): MissingEvents {
  const { aggregateType, aggregateId, version } = event;
  return {
    aggregateType,
    aggregateId,
    fromVersion: applied + 1,
    toVersion: Math.min(version - 1, applied + most),
  };
}

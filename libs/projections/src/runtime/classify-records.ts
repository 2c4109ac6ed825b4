import type { RecordedEvent } from '@eventfleet/contracts';
import { ProjectionError } from '../projection.errors.js';
import type { DecodedRecord } from './decode-record.js';
import type { AppliedEvent } from './projection-statements.js';

/** What a projection has stored of the keys of a batch. */
export interface KeyStates {
  /** The last event that is applied of each aggregate; absent for none. */
  readonly applied: Map<string, AppliedEvent>;
  /** Keys with parked events: their later records are parked behind these. */
  readonly parked: Set<string>;
}

export type RecordClass =
  | { readonly kind: 'next'; readonly event: RecordedEvent }
  /** Applied before: the relay may publish an event twice, even an event of a user who is deleted by now. */
  | { readonly kind: 'repeated' }
  | { readonly kind: 'behind' };

/**
 * Whether a record is the next event of its aggregate, a repeated one, or behind a parked event.
 * @throws ProjectionError `undecodable`, or `version-gap` when an event is missing before it
 */
export function classifyRecord(
  projection: string,
  decoded: DecodedRecord,
  { applied, parked }: KeyStates,
): RecordClass {
  const isBehind = parked.size > 0 && parked.has(decoded.key);
  if ('fault' in decoded) {
    if (isBehind) return { kind: 'behind' };
    throw decoded.fault;
  }
  const { event } = decoded;
  const version = applied.get(event.aggregateId)?.version ?? 0;
  if (event.version <= version) return { kind: 'repeated' };
  if (isBehind) return { kind: 'behind' };
  if (event.version === version + 1) return { kind: 'next', event };
  const message = `version ${event.version} of ${event.aggregateId} follows version ${version}`;
  throw new ProjectionError('version-gap', projection, message);
}

export interface ClassifiedRecords {
  /** In their order, each the next version of its aggregate. */
  readonly events: readonly RecordedEvent[];
  /** The last event of each of their aggregates. */
  readonly applied: ReadonlyMap<string, AppliedEvent>;
  /** In their order: records of parked keys. */
  readonly behind: readonly DecodedRecord[];
  /** Whether an applied version came again, and not plainly as the last event: the rows may stand on another one. */
  readonly isDoubtful: boolean;
}

/**
 * Classifies the records of a batch in their order. Notes the next events in `keys`.
 * @throws ProjectionError for the first record that can neither be applied nor parked behind another one
 */
export function classifyRecords(
  projection: string,
  decoded: readonly DecodedRecord[],
  keys: KeyStates,
): ClassifiedRecords {
  const events: RecordedEvent[] = [];
  const applied = new Map<string, AppliedEvent>();
  const behind: DecodedRecord[] = [];
  let isDoubtful = false;
  for (const each of decoded) {
    const recordClass = classifyRecord(projection, each, keys);
    if (recordClass.kind === 'behind') behind.push(each);
    if (recordClass.kind === 'repeated') isDoubtful ||= !isLast(each, keys);
    if (recordClass.kind !== 'next') continue;
    const { event } = recordClass;
    events.push(event);
    const { aggregateId, version, eventId } = event;
    applied.set(aggregateId, { version, eventId });
    keys.applied.set(aggregateId, { version, eventId });
  }
  return { events, applied, behind, isDoubtful };
}

function isLast(decoded: DecodedRecord, { applied }: KeyStates): boolean {
  return 'event' in decoded && applied.get(decoded.key)?.eventId === decoded.event.eventId;
}

import type { RecordedEvent } from '@eventfleet/contracts';
import { ProjectionError } from '../projection.errors.js';
import type { DecodedRecord } from './decode-record.js';

/** What a projection has stored of the keys of a batch. */
export interface KeyStates {
  /** The version that is applied of each aggregate; absent for none. */
  readonly versions: Map<string, number>;
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
  { versions, parked }: KeyStates,
): RecordClass {
  const isBehind = parked.size > 0 && parked.has(decoded.key);
  if ('fault' in decoded) {
    if (isBehind) return { kind: 'behind' };
    throw decoded.fault;
  }
  const { event } = decoded;
  const applied = versions.get(event.aggregateId) ?? 0;
  if (event.version <= applied) return { kind: 'repeated' };
  if (isBehind) return { kind: 'behind' };
  if (event.version === applied + 1) return { kind: 'next', event };
  const message = `version ${event.version} of ${event.aggregateId} follows version ${applied}`;
  throw new ProjectionError('version-gap', projection, message);
}

export interface ClassifiedRecords {
  /** In their order, each the next version of its aggregate. */
  readonly events: readonly RecordedEvent[];
  /** The version of each of their aggregates afterwards. */
  readonly versions: ReadonlyMap<string, number>;
  /** In their order: records of parked keys. */
  readonly behind: readonly DecodedRecord[];
}

/**
 * Classifies the records of a batch in their order. Notes the versions of the next events in `keys`.
 * @throws ProjectionError for the first record that can neither be applied nor parked behind another one
 */
export function classifyRecords(
  projection: string,
  decoded: readonly DecodedRecord[],
  keys: KeyStates,
): ClassifiedRecords {
  const events: RecordedEvent[] = [];
  const versions = new Map<string, number>();
  const behind: DecodedRecord[] = [];
  for (const each of decoded) {
    const recordClass = classifyRecord(projection, each, keys);
    if (recordClass.kind === 'behind') behind.push(each);
    if (recordClass.kind !== 'next') continue;
    const { event } = recordClass;
    events.push(event);
    versions.set(event.aggregateId, event.version);
    keys.versions.set(event.aggregateId, event.version);
  }
  return { events, versions, behind };
}
